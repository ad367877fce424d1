package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every variable has a twin, {@code FERRULE_…_FILE}: the same for a path, for everything else a file with the value. */
class VariableFileTest {
    private static final String PRIVATE_KEY =
            "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n";

    @TempDir
    private Path dir;

    static Stream<Arguments> everyOptionThatIsNoPath() {
        return Stream.of(Role.values())
                .flatMap(role ->
                        Option.forRole(role).stream().filter(o -> !o.isPath()).map(o -> Arguments.of(role, o)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "%s\n", "%s\r\n", "\uFEFF%s\n", "  %s  \n\n"})
    void valueIsReadFromTheFileWithoutItsLineBreak(String text) {
        Told told = clientWithout("pin").variable("FERRULE_PIN_FILE", file(text.formatted(Told.PIN)));
        assertThat(told.connectTls().trust()).isEqualTo(new ServerTrust.Pins(List.of(Pin.parse(Told.PIN)), false));
    }

    @Test
    void listTakesLinesAndCommasAndLeavesCommentsOut() {
        String text = "# orders, billing\n%s , %s\r\n\n  # last\nsha256/AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
                .formatted(Told.PIN, Told.OTHER_PIN);
        Told told = Told.nothing(Role.SERVER).variable("FERRULE_CLIENT_PIN_FILE", file(text));
        assertThat(told.acceptTls().access())
                .isInstanceOfSatisfying(Access.Clients.class, access -> assertThat(access.pins())
                        .hasSize(3));
    }

    @Test
    void pathIsTheFileItself() {
        Told told = Told.server()
                .variable("FERRULE_CERTIFICATE_FILE", "/run/secrets/certificate")
                .variable("FERRULE_KEY_FILE", "/run/secrets/key")
                .variable("FERRULE_STATE_DIRECTORY_FILE", "/state");
        assertThat(told.acceptTls().keys())
                .isEqualTo(
                        KeySources.of(new KeyFiles(Path.of("/run/secrets/certificate"), Path.of("/run/secrets/key"))));
        assertThat(told.config().stateDirectory()).hasToString("/state");
    }

    @Test
    void configItselfMayBeNamedSo() {
        Told told = Told.nothing(Role.SERVER).variable("FERRULE_CONFIG_FILE", file("access: anyone\nlisten: 7000\n"));
        assertThat(told.tunnel().accept().listen()).hasToString("0.0.0.0:7000");
    }

    @Test
    void switchIsTrueOrFalseInItsFileToo() {
        Told told = Told.server()
                .flag("target", "10.0.0.5:6379")
                .variable("FERRULE_INSECURE_PLAINTEXT_FILE", file("true\n"));
        assertThat(told.problems()).isEmpty();
    }

    @Test
    void flagWinsOverTheFileOfAVariable() {
        Told told =
                Told.server().variable("FERRULE_LISTEN_FILE", file("7000\n")).flag("listen", "7001");
        assertThat(told.tunnel().accept().listen()).hasToString("0.0.0.0:7001");
    }

    @Test
    void fileReplacesAWholeChoiceLikeItsVariable() {
        Told told = Told.nothing(Role.CLIENT)
                .file(dir, "target: redis.example:1\nca: /ca.pem\n")
                .variable("FERRULE_PIN_FILE", file(Told.PIN));
        assertThat(told.connectTls().trust()).isEqualTo(new ServerTrust.Pins(List.of(Pin.parse(Told.PIN)), false));
    }

    @ParameterizedTest
    @MethodSource("everyOptionThatIsNoPath")
    void everyOptionIsHeardFromItsFile(Role role, Option option) {
        String file = file("\u0007\n");
        assertThat(Told.nothing(role).variable(option.fileVariable(), file).problems())
                .anyMatch(p -> p.startsWith(option.fileVariable() + ": " + file + ":1: "));
    }

    @Test
    void bothVariablesOfAnOptionAreOneTooMany() {
        assertThat(Told.server()
                        .variable("FERRULE_LISTEN", "7000")
                        .variable("FERRULE_LISTEN_FILE", file("7000"))
                        .variable("FERRULE_KEY", "/k")
                        .variable("FERRULE_KEY_FILE", "/k")
                        .variable("FERRULE_CERTIFICATE", "/c")
                        .problems())
                .containsExactly(
                        "FERRULE_KEY_FILE: FERRULE_KEY is set too: unset one of the two",
                        "FERRULE_LISTEN_FILE: FERRULE_LISTEN is set too: unset one of the two");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FERRULE_PINS_FILE|proxy-client knows no such variable; did you mean \"FERRULE_PIN_FILE\"?",
                "FERRULE_PIN_FIEL|proxy-client knows no such variable; did you mean \"FERRULE_PIN_FILE\"?",
                "FERRULE_TARGT|proxy-client knows no such variable; did you mean \"FERRULE_TARGET\"?",
                "FERRULE_CLIENT_PIN_FILE|proxy-client knows no such variable; it is one of the other program's",
                "FERRULE_FILE|proxy-client knows no such variable"
            })
    void unknownVariableSuggestsTheNearest(String variable, String problem) {
        assertThat(Told.client().variable(variable, "/x").problems()).containsExactly(variable + ": " + problem);
    }

    @Test
    void valueThatCannotBeReadNamesVariableFileAndLineAndIsNotShown() {
        String file = file("# pins\n" + Told.PIN + "\nhunter2\n");
        assertThat(clientWithout("pin").variable("FERRULE_PIN_FILE", file).problems())
                .containsExactly("FERRULE_PIN_FILE: " + file
                        + ":3: the value is not a pin: write sha256/ and the Base64 of a SHA-256 (44 characters)");
    }

    @ParameterizedTest
    @MethodSource("everyOptionThatIsNoPath")
    void contentOfAForeignFileIsNotPrinted(Role role, Option option) {
        String file = file(
                option.repeatable() ? PRIVATE_KEY : PRIVATE_KEY.lines().toList().get(1));
        assertThat(Told.nothing(role).variable(option.fileVariable(), file).problems())
                .isNotEmpty()
                .noneMatch(p -> p.contains("MIGH") || p.contains("BEGIN"));
    }

    @Test
    void severalLinesAreNoSingleValue() {
        String file = file(PRIVATE_KEY);
        assertThat(Told.server().variable("FERRULE_LISTEN_FILE", file).problems())
                .containsExactly("FERRULE_LISTEN_FILE: " + file + ": the file holds 3 lines; listen takes one value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n ", "# nothing yet\n", ",\n"})
    void emptyFileIsAProblem(String text) {
        String file = file(text);
        assertThat(Told.server().variable("FERRULE_ALPN_FILE", file).problems())
                .containsExactly("FERRULE_ALPN_FILE: " + file
                        + ": the file is empty: write the value of alpn into it, or unset the variable");
    }

    @Test
    void fileThatCannotBeReadIsToldWithTheVariableAndWhatItIsFor() throws Exception {
        String remedy = "; the variable names the file that the value of pin is read from";
        assertThat(problemOf("/no/such.pin")).isEqualTo("there is no file /no/such.pin" + remedy);
        assertThat(problemOf(dir.toString())).isEqualTo(dir + " is a directory; a file is needed" + remedy);
        assertThat(problemOf("/dev/zero")).isEqualTo("/dev/zero is larger than 64KiB" + remedy);
        assertThat(problemOf(" ")).isEqualTo("it is empty: give it the name of a file or unset it");
        Path latin = Files.write(dir.resolve("latin1"), "für".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problemOf(latin.toString())).isEqualTo(latin + " is not UTF-8 text" + remedy);
    }

    @Test
    void fileThatMayNotBeReadIsTold() {
        Path file = Path.of(file(Told.PIN));
        assertThat(file.toFile().setReadable(false)).isTrue();
        assumeFalse(Files.isReadable(file), "root reads everything");
        assertThat(problemOf(file.toString())).startsWith(file + " may not be read by this user; the variable names");
    }

    @Test
    void fileOfAVariableDescribesOneTunnelOnly() {
        String file = file("7000\n");
        assertThat(Told.nothing(Role.SERVER)
                        .file(dir, "tunnels:\n  a: {access: anyone}\n  b: {access: anyone, listen: 2}\n")
                        .variable("FERRULE_LISTEN_FILE", file)
                        .problems())
                .anyMatch(p -> p.matches("FERRULE_LISTEN_FILE: \\S+: it describes one tunnel, but .* holds 2: .*"));
    }

    private String problemOf(String file) {
        List<String> problems =
                clientWithout("pin").variable("FERRULE_PIN_FILE", file).problems();
        assertThat(problems).singleElement().asString().startsWith("FERRULE_PIN_FILE: ");
        return problems.get(0).substring("FERRULE_PIN_FILE: ".length());
    }

    private static Told clientWithout(String name) {
        return Told.client().without(name);
    }

    private String file(String text) {
        try {
            return Files.writeString(Files.createTempFile(dir, "value", ""), text)
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
