package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator got wrong is said at once, in sentences, with an exit status; and what is right starts. */
class StartIT {
    /** Two seconds are promised; a busy build machine may take twice that for the two JVMs and their starts. */
    private static final Duration SOON = Duration.ofSeconds(4);

    private static final String SOME_PIN = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private final TestCertificate identity = TestCertificates.selfSigned("ferrule.test");
    private Path directory;
    private KeyFiles files;

    @BeforeEach
    void writeCertificate(@TempDir Path temporary) {
        directory = temporary;
        files = identity.writeTo(temporary, "server");
    }

    @Test
    void busyPortEndsTheSecondInstanceSoonAndLeavesTheFirstWell() throws IOException {
        try (ScriptedServer target = ScriptedServer.plain(StartIT::echo);
                Pair pair = Pair.before(target.address())) {
            CommandResult second = soon(
                    "client", "run", "--listen", pair.client().address(), "--target", "127.0.0.1:1", "--pin", SOME_PIN);
            assertThat(second.exitCode()).isNotZero();
            assertThat(second.output()).contains(Integer.toString(pair.port())).doesNotContain("\tat ");
            try (Peer peer = Peer.plain(pair.port())) {
                assertThat(peer.send("x").receive(1)).isEqualTo("x");
            }
        }
    }

    @Test
    void everyMistakeInTheFlagsIsToldAtOnce() {
        CommandResult result =
                soon("server", "run", "--listen", "127.0.0.1:99999", "--target", "nowhere", "--access", "nobody");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output())
                .contains("99999", "nowhere", "nobody", "access")
                .doesNotContain("\tat ");
    }

    @Test
    void mistypedKeyOfAFileIsToldWithItsLineAndTheRightKey() throws IOException {
        Path config = Files.writeString(
                directory.resolve("server.yaml"),
                """
                listen: 127.0.0.1:0
                targett: 127.0.0.1:6379
                access: anyone
                """);
        CommandResult result = soon("server", "run", "--config", config.toString());
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output())
                .contains("server.yaml:2", "targett", "target")
                .doesNotContain("\tat ");
    }

    @Test
    void clientThatKnowsItsServerByNothingDoesNotStart() {
        CommandResult result = soon("client", "run", "--target", "127.0.0.1:1");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("pin").doesNotContain("\tat ");
    }

    @Test
    void serverThatIsToldAWordItDoesNotKnowForItsClientsDoesNotStart() {
        CommandResult result = serverWith(files, List.of("--access", "nobody"));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("--access", "nobody", "invited", "anyone");
    }

    @Test
    void keyThatOthersCanReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(
                serverWith(files, List.of("--access", "anyone")), files.key().toString());
    }

    @Test
    void keyThatDoesNotFitItsCertificateIsRefused() {
        KeyFiles others = TestCertificates.selfSigned("else.test").writeTo(directory, "other");
        KeyFiles mixed = new KeyFiles(files.certificate(), others.key());
        assertRefused(
                serverWith(mixed, List.of("--access", "anyone")), others.key().toString());
    }

    @Test
    void keyThatIsNotThereIsRefused() {
        Path missing = directory.resolve("missing.key");
        KeyFiles mixed = new KeyFiles(files.certificate(), missing);
        assertRefused(serverWith(mixed, List.of("--access", "anyone")), missing.toString());
    }

    @Test
    void serverWithoutACertificateMakesOneKeepsItAndTellsTheClientsPin() throws IOException {
        String[] arguments = {"--target", "127.0.0.1:1", "--access", "anyone", "--state-directory", directory + "/state"
        };
        String first;
        try (Program server = Program.server(directory, arguments)) {
            first = server.process()
                    .awaitLine("sha256/[A-Za-z0-9+/]{43}=", Duration.ofSeconds(5))
                    .group();
        }
        try (Program server = Program.server(directory, arguments)) {
            server.process().awaitLine(java.util.regex.Pattern.quote(first), Duration.ofSeconds(5));
        }
    }

    private static void assertRefused(CommandResult result, String named) {
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains(named).doesNotContain("\tat ");
    }

    private CommandResult serverWith(KeyFiles shown, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--listen",
                "127.0.0.1:" + io.ferrule.testing.Ports.free(),
                "--target",
                "127.0.0.1:1",
                "--certificate",
                shown.certificate().toString(),
                "--key",
                shown.key().toString()));
        arguments.addAll(options);
        return soon("server", arguments.toArray(String[]::new));
    }

    private CommandResult soon(String which, String... arguments) {
        long begin = System.nanoTime();
        CommandResult result = Program.toItsEnd(which, directory, arguments);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
        return result;
    }

    private static void echo(Peer peer) throws IOException {
        peer.send(peer.receive(1));
    }
}
