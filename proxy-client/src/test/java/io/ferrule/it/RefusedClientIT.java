package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.Directories;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both packaged programs, and a server that does not take the client's certificate. */
@Timeout(120)
class RefusedClientIT {
    private static final Duration WATCHED = Duration.ofSeconds(3);

    private final TestCertificate identity = TestCertificates.selfSigned("ferrule.test");
    private final Path directory = Directories.temporary("ferrule-refused");
    private ScriptedServer target;
    private Program server;
    private Program client;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()));
        KeyFiles shown = identity.writeTo(directory, "server");
        KeyFiles own = TestCertificates.selfSigned("client").writeTo(directory, "client");
        server = Program.server(
                directory,
                "--target",
                target.address(),
                "--certificate",
                shown.certificate().toString(),
                "--key",
                shown.key().toString(),
                "--client-pin",
                TestCertificates.selfSigned("another").pin().toString());
        client = Program.client(
                directory,
                "--target",
                server.address(),
                "--pin",
                identity.pin().toString(),
                "--certificate",
                own.certificate().toString(),
                "--key",
                own.key().toString());
    }

    @AfterEach
    void close() {
        try (ScriptedServer t = target;
                Program s = server) {
            client.close();
        } finally {
            Directories.delete(directory);
        }
    }

    @Test
    void readinessNamesTheAlert() throws IOException {
        assertThat(client.status("/readyz")).isEqualTo(503);
        assertThat(client.page("/readyz")).contains("failed: the peer sent the alert bad_certificate");
        assertThat(target.accepted()).isZero();
    }

    @Test
    void logNamesTheAlertAndTheHandshakeCountsAsRefused() throws IOException {
        connectInVain();
        assertThat(handshakes("refused_by_peer")).isEqualTo(1);
        assertThat(LoneServer.metric(client, "ferrule_handshake_duration_seconds_count", "leg=\"connect\""))
                .isZero();
        client.process().awaitLine("detail=\"?the peer sent the alert bad_certificate", Duration.ofSeconds(10));
    }

    @Test
    void applicationsThatReconnectAtOnceCauseFewHandshakes() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger tries = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            Thread application = new Thread(() -> {
                while (!enough.get()) {
                    try {
                        connectInVain();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    tries.incrementAndGet();
                }
            });
            application.setDaemon(true);
            application.start();
        }
        try {
            long began = System.nanoTime();
            while (System.nanoTime() - began < WATCHED.toNanos()) {
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            }
            // The five that come at first, then 0.1, 0.2, 0.4, 0.8 and 1.6 seconds, each shorter by a quarter at most.
            assertThat(handshakes("refused_by_peer")).isBetween(2.0, 13.0);
            assertThat(target.accepted()).isZero();
        } finally {
            enough.set(true);
        }
    }

    private double handshakes(String failure) throws IOException {
        return LoneServer.metric(client, "ferrule_handshake_failures_total", "leg=\"connect\"", failure);
    }

    private void connectInVain() throws IOException {
        try (Peer peer = Peer.plain(client.port())) {
            assertThat(peer.awaitEnd(Duration.ofSeconds(20))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
    }
}
