package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.ConfigReader;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.net.PassedSockets;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server writes its pins where clients read them. */
@Timeout(30)
class PublishedPinsTest {
    @TempDir
    Path directory;

    private ProcessConfig config(String tunnels) throws IOException, OperatorException {
        Path file = Files.writeString(directory.resolve("server.yaml"), "state-directory: state\ntunnels:\n" + tunnels);
        return ConfigReader.read(Role.SERVER, Map.of("config", List.of(file.toString())), Map.of());
    }

    @Test
    void pinsOfMadeAndOfGivenCertificatesAreWrittenBesideTheConfig() throws Exception {
        TestCertificate given = TestCertificates.selfSigned("localhost");
        given.writeTo(directory, "given");
        ProcessConfig config = config(
                """
                  made: {listen: "127.0.0.1:0", access: anyone, publish-pin: made.pin}
                  given: {listen: "127.0.0.1:0", access: anyone, certificate: given.crt, key: given.key, publish-pin: given.pin}
                  silent: {listen: "127.0.0.1:0", access: anyone}
                """);
        try (Application application = Application.start(config, "test", PassedSockets.none())) {
            KeyMaterial made = application.material().get(0).accept().get(0);
            assertThat(directory.resolve("made.pin")).content().isEqualTo(made.pin() + "\n");
            assertThat(directory.resolve("given.pin")).content().isEqualTo(given.pin() + "\n");
            assertThat(directory.toFile().list((d, name) -> name.endsWith(".pin")))
                    .hasSize(2);
        }
    }

    @Test
    void pinIsWrittenBeforeAnythingListens() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProcessConfig config = config(
                    "  a: {listen: \"127.0.0.1:" + taken.getLocalPort() + "\", access: anyone, publish-pin: a.pin}\n");
            assertThatThrownBy(() -> Application.start(config, "test", PassedSockets.none()))
                    .hasMessageContaining("cannot listen");
        }
        assertThat(directory.resolve("a.pin")).content().startsWith("sha256/");
    }

    @Test
    void everyFileThatCannotBeWrittenIsToldAndNothingListens() throws Exception {
        Files.writeString(directory.resolve("b.pin"), "precious");
        ProcessConfig config = config(
                """
                  a: {listen: "127.0.0.1:0", access: anyone, publish-pin: no/a.pin}
                  b: {listen: "127.0.0.1:0", access: anyone, publish-pin: b.pin}
                """);
        assertThatThrownBy(() -> Application.start(config, "test", PassedSockets.none()))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("publish-pin: " + directory.resolve("no/a.pin")
                        + ": the pin cannot be written there: its directory does not exist")
                .hasMessageContaining("publish-pin: " + directory.resolve("b.pin") + ": holds something else");
    }

    @Test
    void runLogsItOnceAndEndsWithOneWhereItCannot() throws Exception {
        Path file = directory.resolve("a.pin");
        List<String> words = List.of("run", "--access", "anyone", "--listen", "127.0.0.1:0", "--publish-pin");
        try (ChildProgram program = run(words, file)) {
            assertThat(program.lineWith("pin ")).contains("INFO  pin published tunnel=default pin=", "file=" + file);
            program.lineWith("listening");
            assertThat(file).content().startsWith("sha256/");
            program.signal("TERM");
            assertThat(program.exit(10)).isZero();
            assertThat(program.rest()).noneMatch(line -> line.contains("published"));
        }
        Path nowhere = directory.resolve("no/a.pin");
        try (ChildProgram program = run(words, nowhere)) {
            assertThat(program.exit(20)).isEqualTo(1);
            assertThat(program.errors())
                    .isEqualTo("proxy-server: publish-pin: " + nowhere
                            + ": the pin cannot be written there: its directory does not exist; make that possible, or"
                            + " name another file\n");
        }
    }

    private ChildProgram run(List<String> words, Path file) throws IOException {
        List<String> all = new ArrayList<>(words);
        all.add(file.toString());
        return new ChildProgram(directory, List.of(), all.toArray(String[]::new));
    }

    @Test
    void checkSaysWhereThePinWillStandAndWritesNothing() {
        Path file = directory.resolve("a.pin");
        assertThat(type("check", "--publish-pin", file.toString()).text).contains("publishes    its pin in " + file);
        assertThat(directory).isEmptyDirectory();
        Answer answer =
                type("check", "--publish-pin", directory.resolve("no/a.pin").toString());
        assertThat(answer.code).isEqualTo(ExitCode.USAGE);
        assertThat(answer.text).contains("its directory does not exist");
    }

    private record Answer(ExitCode code, String text) {}

    private Answer type(String command, String... words) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Map<String, String> environment =
                Map.of("STATE_DIRECTORY", directory.resolve("state").toString(), "FERRULE_ACCESS", "anyone");
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of(words));
        ExitCode code =
                new Program(new Shell(Role.SERVER, "test", out, out, environment)).execute(line.toArray(String[]::new));
        return new Answer(code, bytes.toString(StandardCharsets.UTF_8));
    }
}
