package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.Directories;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both packaged programs under a load of short connections while the server's certificate changes again and again. */
@NeedsCommand("redis-server")
@Timeout(240)
class ReloadIT {
    private static final int RELOADS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What makes the server read its certificate anew. */
    enum Trigger {
        SIGHUP,
        FILE_WATCH
    }

    private final List<TestCertificate> certificates = List.of(
            TestCertificates.selfSigned("ferrule.test"),
            TestCertificates.selfSigned("ferrule.test"),
            TestCertificates.selfSigned("ferrule.test"));
    private final Path directory = Directories.temporary("ferrule-reload");
    private final Path bundle = directory.resolve("server.pem");

    @ParameterizedTest
    @EnumSource
    void loadOfShortConnectionsSeesNothingOfTwentyReloads(Trigger trigger) throws Exception {
        show(0);
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis, trigger);
                Program client = client(server);
                Peer open = Peer.plain(client.port());
                Load handshakes = new Load(() -> handshake(server.port()));
                Load pings = new Load(() -> ping(Peer.plain(client.port())))) {
            open.timeout(LIMIT);
            assertPong(open);
            for (int i = 1; i <= RELOADS; i++) {
                show(i % certificates.size());
                if (trigger == Trigger.SIGHUP) {
                    server.process().signal("HUP");
                }
                double done = i;
                await("reload " + i)
                        .atMost(LIMIT)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> LoneServer.metric(server, "ferrule_reloads_total", "success") >= done);
                handshakes.awaitMore(3);
                pings.awaitMore(3);
            }
            assertThat(handshakes.failures).isEmpty();
            assertThat(pings.failures).isEmpty();
            assertPong(open);
            assertThat(seen).hasSize(certificates.size());
            assertThat(LoneServer.metric(server, "ferrule_reloads_total", "failure"))
                    .isZero();
            System.out.println(trigger + ": " + handshakes.done + " handshakes, " + pings.done + " pings");
        } finally {
            Directories.delete(directory);
        }
    }

    @Test
    void redisCliAndAnOpenConnectionGoOnThroughAReloadOfBothPrograms() throws Exception {
        show(0);
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis, Trigger.SIGHUP);
                Program client = client(server);
                Peer open = Peer.plain(client.port())) {
            open.timeout(LIMIT);
            assertPong(open);
            show(1);
            for (Program program : List.of(server, client)) {
                program.process().signal("HUP");
                await().atMost(LIMIT).until(() -> LoneServer.metric(program, "ferrule_reloads_total", "success") == 1);
            }
            assertPong(open);
            ping(Peer.plain(client.port()));
        } finally {
            Directories.delete(directory);
        }
    }

    private final Set<X509Certificate> seen = ConcurrentHashMap.newKeySet();

    /** One file, replaced at once, as a Kubernetes volume changes at once. */
    private void show(int number) throws IOException {
        TestCertificate certificate = certificates.get(number);
        Path next = directory.resolve("next.tmp");
        Files.writeString(next, certificate.chainPem() + certificate.pkcs8Pem());
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        Files.move(next, bundle, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private Program server(RedisUnderTest redis, Trigger trigger) throws IOException {
        Path config = Files.writeString(
                directory.resolve("server.yaml"), "watch-files: " + (trigger == Trigger.FILE_WATCH) + "\n");
        return Program.server(
                directory,
                "--config",
                config.toString(),
                "--target",
                redis.address(),
                "--certificate",
                bundle.toString(),
                "--access",
                "anyone");
    }

    private Program client(Program server) {
        List<String> arguments = new ArrayList<>(List.of("--target", server.address()));
        certificates.forEach(
                each -> arguments.addAll(List.of("--pin", each.pin().toString())));
        return Program.client(directory, arguments.toArray(String[]::new));
    }

    private Void handshake(int port) throws Exception {
        try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
            seen.add(peer.peerCertificate());
            peer.timeout(LIMIT);
            assertPong(peer);
            return null;
        }
    }

    private static Void ping(Peer connected) throws Exception {
        try (Peer peer = connected) {
            peer.timeout(LIMIT);
            assertPong(peer);
            return null;
        }
    }

    private static void assertPong(Peer peer) throws IOException {
        assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
    }

    /** One connection after the other, until it is closed. */
    private static final class Load implements AutoCloseable {
        private final AtomicInteger done = new AtomicInteger();
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Thread thread;

        Load(Callable<Void> exchange) {
            thread = new Thread(() -> {
                while (!ended.get()) {
                    try {
                        exchange.call();
                    } catch (Exception | AssertionError e) {
                        failures.add(e);
                    }
                    done.incrementAndGet();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        void awaitMore(int exchanges) {
            int goal = done.get() + exchanges;
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> done.get() >= goal);
        }

        @Override
        public void close() throws InterruptedException {
            ended.set(true);
            thread.join(LIMIT.toMillis());
        }
    }
}
