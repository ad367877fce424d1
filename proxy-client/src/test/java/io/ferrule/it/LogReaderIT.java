package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reads the log may go away or fall asleep; the tunnel goes on. */
class LogReaderIT {
    /** Enough lines, one a connection, to fill the 64 kB of a pipe several times. */
    private static final int CONNECTIONS = 1_500;

    @TempDir
    Path directory;

    @Test
    void readerThatNeverReadsDoesNotStopTheTunnel() throws IOException {
        assertServes(false);
    }

    @Test
    void readerThatHasGoneDoesNotStopTheTunnel() throws IOException {
        assertServes(true);
    }

    private void assertServes(boolean gone) throws IOException {
        int port = Ports.free();
        int admin = Ports.free();
        KeyFiles files = TestCertificates.selfSigned("log.test").writeTo(directory, "server");
        try (ScriptedServer target = ScriptedServer.plain(LogReaderIT::echo);
                Subprocess server = unread(port, admin, target, files)) {
            awaitListening(port);
            if (gone) {
                server.process().getInputStream().close();
                server.process().getErrorStream().close();
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                try (Peer noTls = Peer.plain(port)) {
                    noTls.send("GET / HTTP/1.0\r\n\r\n");
                    assertThat(noTls.awaitEnd(Duration.ofSeconds(5)))
                            .as("connection %s", i)
                            .isNotEqualTo(Peer.End.STILL_OPEN);
                }
            }
            try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                assertThat(peer.send("x").receive(1)).isEqualTo("x");
            }
            server.terminate();
            assertThat(server.awaitExit(Duration.ofSeconds(15))).isZero();
        }
    }

    private Subprocess unread(int port, int admin, ScriptedServer target, KeyFiles files) {
        List<String> arguments = List.of(
                "run",
                "--listen",
                "127.0.0.1:" + port,
                "--admin",
                "127.0.0.1:" + admin,
                "--target",
                target.address(),
                "--certificate",
                files.certificate().toString(),
                "--key",
                files.key().toString(),
                "--access",
                "anyone");
        return Subprocess.start("proxy-server", Program.command("server", directory, arguments), false);
    }

    private static void awaitListening(int port) {
        Awaitility.await("a listener").atMost(Duration.ofSeconds(30)).until(() -> {
            try (Peer probe = Peer.plain(port)) {
                return probe != null;
            } catch (IOException refused) {
                return false;
            }
        });
    }

    private static void echo(Peer peer) throws IOException {
        peer.send(peer.receive(1));
    }
}
