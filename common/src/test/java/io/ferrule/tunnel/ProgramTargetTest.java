package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.NamePattern;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A tunnel whose target is a program: one is started for each connection, and nothing of it stays behind. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such programs")
@Timeout(60)
class ProgramTargetTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NAME = "ferrule-program";

    @TempDir
    Path directory;

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void nothingStaysBehind() {
        rig.close();
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(ProcessHandle.current().descendants()).isEmpty();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith(NAME));
            assertThat(new File(System.getProperty("java.io.tmpdir")).list((where, name) -> name.startsWith(NAME)))
                    .isEmpty();
        });
    }

    private Peer connected(String... command) throws Exception {
        run(null, Map.of(), command);
        return Peer.plain(rig.port("t"));
    }

    private void run(@Nullable AcceptTls tls, Map<String, String> environment, String... command) throws Exception {
        rig.run(new TunnelConfig(
                "t",
                new AcceptLeg(new Address.Tcp("127.0.0.1", 0), tls),
                new ConnectLeg(new Address.Program(List.of(command), environment, true), null),
                Limits.DEFAULT,
                Timeouts.DEFAULT));
    }

    private static String text(Peer peer) throws IOException {
        return new String(peer.in().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void manyBytesGoInAndComeBack() throws Exception {
        byte[] sent = new byte[20 << 20];
        new Random(1).nextBytes(sent);
        try (Peer peer = connected("cat")) {
            Thread sender = new Thread(() -> {
                try {
                    peer.send(sent).finish();
                } catch (IOException e) {
                    // what is received shows it
                }
            });
            sender.start();
            assertThat(Arrays.equals(peer.in().readAllBytes(), sent)).isTrue();
            sender.join();
        }
        assertThat(rig.next().reason().clean()).isTrue();
    }

    @Test
    void endOfTheClientIsTheEndOfItsInputAndTheAnswerStillComes() throws Exception {
        try (Peer peer = connected("sort")) {
            peer.send("b\na\n").finish();
            assertThat(text(peer)).isEqualTo("a\nb\n");
        }
        assertThat(rig.next().reason().clean()).isTrue();
    }

    @Test
    void endOfTheProgramEndsTheConnection() throws Exception {
        try (Peer peer = connected("sh", "-c", "echo bye; exit 3")) {
            assertThat(text(peer)).isEqualTo("bye\n");
        }
        assertThat(rig.next().reason()).isEqualTo(CloseReason.TARGET_CLOSED);
    }

    /** As stunnel has it, where the answer is there before the writing fails. */
    @Test
    void whatIsSentToAProgramThatHasEndedDoesNotCostItsAnswer() throws Exception {
        try (Peer peer = connected("sh", "-c", "read line; echo got $line")) {
            peer.send("one\n");
            assertThat(peer.receive(8)).isEqualTo("got one\n");
            peer.send("two\n").finish();
            assertThat(text(peer)).isEmpty();
        }
        assertThat(rig.next().reason().clean()).isTrue();
    }

    @Test
    void whoSendsEndlesslyToAProgramThatHasEndedIsCut() throws Exception {
        try (Peer peer = connected("true")) {
            assertThat(text(peer)).isEmpty();
            try {
                for (int i = 0; i < 1000; i++) {
                    peer.send(new byte[65_536]);
                }
            } catch (IOException cut) {
                // that is what it is about
            }
        }
        assertThat(rig.next().reason()).isEqualTo(CloseReason.TARGET_RESET);
    }

    @Test
    void programKnowsItsClientAndWhatItsEnvironmentSays() throws Exception {
        TestCertificates.Authority authority = TestCertificates.authority("ca1 CA");
        TestCertificate client = authority
                .leaf("client.test")
                .subject("O=FactTest,CN=client.test")
                .issue();
        Access access = Access.Clients.signed(authority.writeTo(directory), List.of(NamePattern.parse("*")));
        KeySources keys = KeySources.of(authority.issue("server.test").writeTo(directory));
        run(new AcceptTls(keys, access, TlsSettings.DEFAULT), Map.of("COLOUR", "blue"), "env");
        try (Peer peer = Peer.tls(rig.port("t"), JdkTls.showing(client))) {
            assertThat(text(peer).lines())
                    .contains(
                            "COLOUR=blue",
                            "REMOTE_HOST=127.0.0.1",
                            "SSL_CLIENT_DN=O=FactTest, CN=client.test",
                            "SSL_CLIENT_I_DN=CN=ca1 CA")
                    .anyMatch(line -> line.matches("REMOTE_PORT=\\d+"));
        }
    }

    @Test
    void programThatIsNotThereIsNamedAndEndsTheConnection() throws Exception {
        try (Peer peer = connected("/nonexistent/program")) {
            assertThat(peer.awaitEnd(LIMIT)).isEqualTo(Peer.End.RESET);
        }
        ConnectionRecord record = rig.next();
        assertThat(record.reason()).isEqualTo(CloseReason.CONNECT_FAILED);
        assertThat(record.detail()).contains("exec:/nonexistent/program", "No such file or directory (2)");
    }

    /** Stunnel does not kill it either: it may have to finish something. */
    @Test
    void programThatOutlivesItsConnectionMayFinish() throws Exception {
        Path done = directory.resolve("done");
        Path go = directory.resolve("go");
        try (Peer peer =
                connected("sh", "-c", "echo on; cat; while [ ! -e " + go + " ]; do sleep 0.05; done; touch " + done)) {
            assertThat(peer.receive(3)).isEqualTo("on\n");
            peer.reset();
        }
        assertThat(rig.next().reason()).isEqualTo(CloseReason.CLIENT_RESET);
        Files.createFile(go);
        Awaitility.await().atMost(LIMIT).until(() -> Files.exists(done));
    }

    @Test
    void connectionsHaveAProgramEach() throws Exception {
        run(null, Map.of(), "sh", "-c", "echo $$; cat");
        try (Peer one = Peer.plain(rig.port("t"));
                Peer two = Peer.plain(rig.port("t"))) {
            one.finish();
            two.finish();
            assertThat(text(one)).isNotEqualTo(text(two));
        }
    }
}
