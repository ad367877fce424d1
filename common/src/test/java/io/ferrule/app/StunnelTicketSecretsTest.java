package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two processes with the same {@code ticketKeySecret} and {@code ticketMacSecret} continue each other's sessions. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such signals")
@NeedsCommand("openssl")
@Timeout(120)
class StunnelTicketSecretsTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final String KEY = "000102030405060708090a0b0c0d0e0f";
    private static final String MAC = "f0:f1:f2:f3:f4:f5:f6:f7:f8:f9:fa:fb:fc:fd:fe:ff";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> {
            peer.send("hello\n");
            peer.finish();
            peer.receiveAll();
        });
    }

    @AfterEach
    void close() {
        target.close();
    }

    private final class Launcher implements AutoCloseable {
        private final int port = Ports.free();
        private final Subprocess process;

        Launcher(String key) throws IOException {
            Path own = Files.createDirectories(directory.resolve("launcher" + port));
            String pem = SERVER.writeJoinedTo(directory, "server").certificate().toString();
            process = StunnelProgram.ready(
                    own,
                    StunnelProgram.write(
                            own,
                            "[redis]",
                            "accept = 127.0.0.1:" + port,
                            "connect = 127.0.0.1:" + target.port(),
                            "cert = " + pem,
                            "ticketKeySecret = " + key,
                            "ticketMacSecret = " + MAC));
        }

        /** Whether s_client says New or Reused. */
        String began(String... options) throws IOException {
            try (OpenSslPeer client = OpenSslPeer.client(port, options)) {
                String began = client.awaitLine("^(New|Reused), ").strip();
                client.awaitLine("hello");
                client.awaitExit();
                return began;
            }
        }

        @Override
        public void close() {
            process.close();
        }
    }

    private String[] begin(String version) {
        return new String[] {version, "-sess_out", session(version)};
    }

    private String[] goOn(String version) {
        return new String[] {version, "-sess_in", session(version)};
    }

    private String session(String version) {
        return directory.resolve("session" + version).toString();
    }

    @Test
    void sessionsAreContinuedByTheOtherProcessAndAfterTheFirstHasEnded() throws Exception {
        try (Launcher second = new Launcher(KEY)) {
            String log;
            try (Launcher first = new Launcher(KEY)) {
                for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
                    assertThat(first.began(begin(version))).isEqualTo("New,");
                    assertThat(second.began(goOn(version))).isEqualTo("Reused,");
                    assertThat(first.began(begin(version))).isEqualTo("New,");
                }
                log = first.process.output();
            }
            assertThat(log).contains("ticketKeySecret configured").doesNotContain("0001020304", "f0:f1", "f0f1");
            for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
                assertThat(second.began(goOn(version))).isEqualTo("Reused,");
            }
        }
    }

    @Test
    void anotherSecretContinuesNothing() throws Exception {
        try (Launcher first = new Launcher(KEY);
                Launcher other = new Launcher("ff" + KEY.substring(2))) {
            for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
                assertThat(first.began(begin(version))).isEqualTo("New,");
                assertThat(other.began(goOn(version))).isEqualTo("New,");
            }
        }
    }
}
