package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.Option;
import io.ferrule.config.Role;
import io.ferrule.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both programs as typed, up to where something would start. */
class ProgramTest {
    @TempDir
    Path directory;

    /** What a call answered. */
    private record Answer(ExitCode code, String out, String err) {}

    private Answer type(Role role, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                role,
                "1.2.3",
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("STATE_DIRECTORY", directory.resolve("state").toString()));
        ExitCode code = new Program(shell).execute(words);
        return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Answer type(String line) {
        String[] words = line.split(" ", -1);
        Role role = words[0].equals("proxy-server") ? Role.SERVER : Role.CLIENT;
        return type(role, List.of(words).subList(1, words.length).toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource
    void withoutACommandUsageGoesToStderr(Role role) {
        Answer answer = type(role);
        assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).startsWith("Usage: " + role.program()).contains("  run ", "  check ", "  pin ");
    }

    @ParameterizedTest
    @CsvSource({"run", "check", "certificate", "pin", "version", "help"})
    void everyCommandHelpsOnStdout(String command) {
        for (Role role : Role.values()) {
            Answer asked = type(role, command, "--help");
            assertThat(asked.code()).isEqualTo(ExitCode.OK);
            assertThat(asked.err()).isEmpty();
            assertThat(asked.out()).startsWith("Usage: " + role.program() + " " + command);
            assertThat(asked.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
            assertThat(type(role, "help", command).out()).isEqualTo(asked.out());
        }
    }

    @ParameterizedTest
    @EnumSource
    void runHelpsWithEveryOptionOnce(Role role) {
        List<String> flags = type(role, "run", "--help")
                .out()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("--"))
                .map(line -> line.split("[\\[= ]", -1)[0])
                .toList();
        assertThat(flags)
                .containsExactlyInAnyOrderElementsOf(Option.forRole(role).stream()
                        .flatMap(option -> option.secret()
                                ? option.fileTwin().stream()
                                : Stream.of(option)) // a secret is not for the command line
                        .map(Option::flag)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    proxy-server run --lisen 1            | unknown option --lisen; did you mean "--listen"?
                    proxy-server run --lisen=1            | unknown option --lisen; did you mean "--listen"?
                    proxy-server chek                     | unknown command chek; did you mean "check"?
                    proxy-client help rn                  | unknown command rn; did you mean "run"?
                    proxy-server run extra                | unknown argument extra
                    proxy-server run --pin x              | unknown option --pin
                    proxy-client pin                      | pin needs a word: FILE|HOST:PORT
                    proxy-server certificate --days x     | --days: "x" is not a number of days
                    proxy-server certificate --key-type x | "x" is not a kind of key
                    proxy-server certificate --days 1 --days 2 | --days is given 2 times
                    """)
    void slipsOfTheHandAreNamedAndEndWithTwo(String line, String complaint) {
        Answer answer = type(line);
        assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).startsWith(line.split(" ", -1)[0] + ": ").contains(complaint);
    }

    @Test
    void checkTellsEveryProblemOfOptionsAtOnce() {
        Answer answer = type("proxy-client check --listen nowhere --pin x --pin y");
        assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
        assertThat(answer.err().lines().filter(line -> line.startsWith("proxy-client: ")))
                .hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void checkTellsEveryProblemOfFilesAtOnce() {
        Answer answer =
                type("proxy-server check --client-ca /no/ca.pem --client-name * --certificate /no/c --key /no/k");
        assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
        assertThat(answer.err()).contains("/no/ca.pem", "/no/c", "/no/k");
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void checkSaysInWordsWhatRunWouldDoAndWritesNothing() throws IOException {
        Answer answer = type("proxy-server check --access anyone --admin 0.0.0.0:9");
        assertThat(answer.code()).isEqualTo(ExitCode.OK);
        assertThat(answer.out())
                .startsWith("OK: 1 tunnel\n")
                .contains("listens on   0.0.0.0:46379, TLS 1.2 and 1.3")
                .contains("forwards to  127.0.0.1:6379, plaintext")
                .contains("anyone who reaches the port")
                .contains("is made in " + directory.resolve("state"))
                .contains("warning: admin: 0.0.0.0:9 speaks plaintext");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void checkOfAClientSaysWhatTheServerIsKnownBy() {
        String pin = "sha256/" + "A".repeat(43) + "=";
        Answer answer = type("proxy-client check --target redis.example:46379 --insecure-allow-expired --pin " + pin);
        assertThat(answer.out())
                .contains("forwards to  redis.example:46379, TLS 1.2 and 1.3")
                .contains("a key with the pin " + pin)
                .contains("warning: tunnel ", "is trusted with an expired certificate too");
    }

    @Test
    void certificateServesAsItsOutputSays() throws IOException {
        Path crt = directory.resolve("c.pem");
        Path key = directory.resolve("k.pem");
        Answer made = type("proxy-server certificate --name redis.example --name 10.0.0.1 --out-certificate " + crt
                + " --out-key " + key);
        assertThat(made.code()).isEqualTo(ExitCode.OK);
        if (Files.getFileStore(key).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
        Answer pinned = type("proxy-server pin " + crt);
        String pin =
                pinned.out().lines().reduce((a, b) -> b).orElseThrow().strip().substring("pin      ".length());
        assertThat(pinned.out()).contains("CN=redis.example");
        assertThat(made.out()).contains("proxy-client run --target HOST:46379 --pin " + pin);
        Answer checked = type("proxy-server check --access anyone --certificate " + crt + " --key " + key);
        assertThat(checked.out()).contains(pin);
    }

    @Test
    void checkWarnsOfEd25519KeysThatOurOwnProgramsCannotVerify() {
        KeyFiles files = TestCertificates.selfSignedLeaf("localhost")
                .key("Ed25519")
                .issue()
                .writeTo(directory);
        String own = " --certificate " + files.certificate() + " --key " + files.key();
        assertThat(type("proxy-server check --access anyone" + own).out())
                .contains("warning: tunnel default: the key is Ed25519, which proxy-client and");
        assertThat(type("proxy-client check --target a.example:1 --server-certificate " + files.certificate() + own)
                        .out())
                .contains("warning: tunnel default: the key is Ed25519, which proxy-server and");
    }

    @Test
    void certificateIsNeverOverwritten() throws IOException {
        Path crt = directory.resolve("c.pem");
        Path key = Files.writeString(directory.resolve("k.pem"), "precious");
        Answer answer = type("proxy-client certificate --out-certificate " + crt + " --out-key " + key);
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.err()).startsWith("proxy-client: " + key + ": exists already");
        assertThat(key).hasContent("precious");
        assertThat(crt).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void certificateWritesThePinWhereItIsTold(Role role) throws IOException {
        Answer made = certificate(role, "--out-pin", directory.resolve("c.pin").toString());
        assertThat(made.code()).isEqualTo(ExitCode.OK);
        assertThat(made.out()).contains("pin          " + pin(), "(also in " + directory.resolve("c.pin") + ")");
        assertThat(directory.resolve("c.pin")).content().isEqualTo(pin() + "\n");
    }

    @ParameterizedTest
    @EnumSource
    void certificateThatIsKeptAnswersLikeTheOneMade(Role role) throws IOException {
        Path pinFile = directory.resolve("c.pin");
        Answer made = certificate(role, "--keep", "--out-pin", pinFile.toString());
        byte[] key = Files.readAllBytes(directory.resolve("k.pem"));
        Files.delete(pinFile);
        Answer kept = certificate(role, "--keep", "--out-pin", pinFile.toString());
        assertThat(kept.code()).isEqualTo(ExitCode.OK);
        assertThat(kept.out().lines().skip(2))
                .containsExactlyElementsOf(made.out().lines().skip(2).toList());
        assertThat(kept.out()).contains("c.pem (kept as it was)", "k.pem (kept as it was)");
        assertThat(pinFile).content().isEqualTo(pin() + "\n");
        assertThat(directory.resolve("k.pem")).hasBinaryContent(key);
    }

    @ParameterizedTest
    @CsvSource({"c.pem,k.pem", "k.pem,c.pem"})
    void halfAPairIsNotKept(String lost, String left) throws IOException {
        certificate(Role.SERVER);
        Files.delete(directory.resolve(lost));
        Answer answer = certificate(
                Role.SERVER, "--keep", "--out-pin", directory.resolve("c.pin").toString());
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.err())
                .startsWith("proxy-server: " + directory.resolve(left) + ": is there but " + directory.resolve(lost)
                        + " is not; bring that back");
        assertThat(directory.toFile().list()).containsExactly(left);
    }

    @Test
    void pairThatDoesNotFitTogetherIsNotKept() throws IOException {
        certificate(Role.SERVER);
        TestCertificates.selfSigned("other").writeTo(directory, "other");
        Files.move(directory.resolve("other.crt"), directory.resolve("c.pem"), StandardCopyOption.REPLACE_EXISTING);
        Answer answer = certificate(Role.SERVER, "--keep");
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.err()).contains("does not fit the certificate");
    }

    @Test
    void noKeyIsMadeWhosePinCannotBeHandedOn() throws IOException {
        Answer answer = certificate(
                Role.SERVER, "--out-pin", directory.resolve("no/c.pin").toString());
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.err()).contains("no/c.pin: the pin cannot be written there: its directory does not exist");
        assertThat(directory).isEmptyDirectory();
    }

    private Answer certificate(Role role, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "certificate",
                "--out-certificate",
                directory.resolve("c.pem").toString(),
                "--out-key",
                directory.resolve("k.pem").toString()));
        words.addAll(List.of(more));
        return type(role, words.toArray(String[]::new));
    }

    private String pin() {
        String last = type(Role.SERVER, "pin", directory.resolve("c.pem").toString())
                .out()
                .lines()
                .reduce((a, b) -> b)
                .orElseThrow();
        return last.strip().substring("pin      ".length());
    }

    @Test
    void unreadableFileIsOneSentence() {
        Answer answer = type("proxy-server pin /no/such.pem");
        assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
        assertThat(answer.err().lines()).singleElement().asString().startsWith("proxy-server: /no/such.pem: ");
    }

    @Test
    void versionNamesWhatTheProgramRunsOn() {
        assertThat(type("proxy-server version").out())
                .startsWith("proxy-server 1.2.3\n")
                .contains("Java      " + System.getProperty("java.version"))
                .containsPattern("Netty     4\\.\\d+\\.\\d+")
                .containsPattern("netty-tcnative 2\\.\\d+\\.\\d+")
                .contains("BoringSSL");
    }
}
