package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two shapes of a config file, and what is told of those that have neither. */
class ConfigFileTest {
    @TempDir
    private Path dir;

    @Test
    void flatFileDescribesTheProcessAndOneTunnel() {
        ProcessConfig config = server(
                        """
                # a comment
                admin: 9090
                listen: 7000
                access: anyone
                max-connections: 5
                tls-min-version: 1.3
                insecure-plaintext: false
                alpn: redis
                """)
                .config();
        assertThat(config.admin()).hasToString("127.0.0.1:9090");
        assertThat(config.tunnels()).singleElement().satisfies(t -> {
            assertThat(t.name()).isEqualTo("default");
            assertThat(t.accept().listen()).hasToString("0.0.0.0:7000");
            assertThat(t.limits().connections()).isEqualTo(5);
        });
    }

    @Test
    void tunnelsAreReadByNameInOrder() {
        ProcessConfig config = server(
                        """
                log-level: debug
                tunnels:
                  b-2:
                    listen: 7001
                    access: anyone
                  a:
                    listen: 7002
                    target: 6380
                    client-pin:
                      - %s
                      - "%s"
                """
                                .formatted(Told.PIN, Told.OTHER_PIN))
                .config();
        assertThat(config.logLevel()).isEqualTo("debug");
        assertThat(config.tunnels()).extracting(TunnelConfig::name).containsExactly("b-2", "a");
        assertThat(config.tunnels().get(1).connect().target()).hasToString("127.0.0.1:6380");
    }

    @Test
    void repeatableOptionTakesAScalarOrAList() {
        Pin pin = Pin.parse(Told.PIN);
        assertThat(server("client-pin: " + Told.PIN).acceptTls().access())
                .isEqualTo(Access.Clients.pinned(List.of(pin), false));
        assertThat(server("client-pin: [" + Told.PIN + ", " + Told.OTHER_PIN + "]")
                        .acceptTls()
                        .access())
                .isEqualTo(Access.Clients.pinned(List.of(pin, Pin.parse(Told.OTHER_PIN)), false));
    }

    @Test
    void relativePathIsOfTheFilesDirectory() {
        Told told = server(
                """
                access: anyone
                certificate: tls/server.pem
                key: /abs/server.key
                state-directory: state
                """);
        assertThat(told.acceptTls().keys())
                .isEqualTo(KeySources.of(new KeyFiles(dir.resolve("tls/server.pem"), Path.of("/abs/server.key"))));
        assertThat(told.config().stateDirectory()).isEqualTo(dir.resolve("state"));
    }

    @Test
    void anchorsMayShareAList() {
        assertThat(server(
                                """
                tunnels:
                  a:
                    listen: 1
                    client-pin: &known [%s]
                  b:
                    listen: 2
                    client-pin: *known
                """
                                        .formatted(Told.PIN))
                        .config()
                        .tunnels())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lisen: 1|2: unknown key \"lisen\"; did you mean \"listen\"?",
                "client_pin: 1|2: unknown key \"client_pin\"; did you mean \"client-pin\"?",
                "tunnel: {}|2: unknown key \"tunnel\"; did you mean \"tunnels\"?",
                "gibberish: 1|2: unknown key \"gibberish\"",
                "pin: x|2: pin is not an option of proxy-server",
                "config: x.yaml|2: config cannot stand in a file: a file does not include others",
                "access: anyone|2: \"access\" stands here again; it is already on line 1",
                "listen: [1, 2]|2: listen: it takes a single value, not a list",
                "listen: {port: 1}|2: listen: it takes a single value, not keys",
                "alpn: {a: b}|2: alpn: it takes a value or a list of values, not keys",
                "alpn: [[a]]|2: alpn: the list holds something that is not a single value",
                "alpn: [a, null]|2: alpn: the list holds something that is not a single value",
                "alpn: []|2: alpn: the list is empty: give it a value or remove the key",
                "listen:|2: listen: it has no value: give it one or remove the key",
                "listen: ~|2: listen: it has no value: give it one or remove the key",
                "listen: ''|2: listen: it is empty: give it a value or remove the key",
                "certificate: \"a\\0b\"|2: certificate: \"a\\u0000b\" is not a path",
                "buffer: 1.5MiB|2: buffer: \"1.5MiB\" is not a size: write bytes, or a number with KiB or MiB,"
                        + " such as 64KiB",
                "key: k.pem|2: key: a key has no effect without its certificate: give certificate too, or remove it",
                "tunnels: {}|2: tunnels: give at least one name with keys below it",
                "tunnels: x|2: tunnels: give at least one name with keys below it"
            })
    void problemHasItsLine(String secondLine, String problem) {
        assertThat(server("access: anyone\n" + secondLine + "\n").problems()).contains("test.yaml:" + problem);
    }

    @Test
    void everyValueOfAListHasItsOwnLine() {
        assertThat(server(
                                """
                client-pin:
                  - %s
                  - nonsense
                  - sha256/AAAA
                """
                                        .formatted(Told.PIN))
                        .problems())
                .hasSize(2)
                .anyMatch(p -> p.startsWith("test.yaml:3: client-pin: \"nonsense\" is not a pin"))
                .anyMatch(p -> p.startsWith("test.yaml:4: client-pin: \"sha256/AAAA\" is not a pin"));
    }

    @Test
    void problemOfAWholeTunnelNamesItAndItsLine() {
        assertThat(client(
                                """
                tunnels:
                  a:
                    target: redis.example:1
                  b:
                """)
                        .problems())
                .hasSize(4)
                .anyMatch(p -> p.startsWith("test.yaml:2: tunnel a: nothing says how the server is known"))
                .anyMatch(p -> p.startsWith("test.yaml:4: tunnel b: nothing says how the server is known"))
                .contains("test.yaml:4: tunnel b: target is missing: give the HOST:PORT of the server")
                .contains("test.yaml:4: tunnel b: 127.0.0.1:56379 is taken by tunnel a, which listens on"
                        + " 127.0.0.1:56379: give each an address of its own");
    }

    @Test
    void problemOfAFlatFileAsAWholeNamesTheFile() {
        assertThat(client("listen: 1\n").problems())
                .anyMatch(p -> p.startsWith("test.yaml: nothing says how the server is known"));
    }

    @Test
    void twoTunnelsCannotListenOnOneAddress() {
        assertThat(server(
                                """
                tunnels:
                  a: {access: anyone, listen: "127.0.0.1:7000"}
                  b: {access: anyone, listen: 7000}
                """)
                        .problems())
                .containsExactly("test.yaml:3: listen: 0.0.0.0:7000 is taken by tunnel a, which listens on"
                        + " 127.0.0.1:7000: give each an address of its own");
    }

    @Test
    void keysMustStandAtTheirLevel() {
        assertThat(server(
                                """
                listen: 7000
                tunnels:
                  a:
                    access: anyone
                    admin: 9090
                """)
                        .problems())
                .containsExactly(
                        "test.yaml:1: listen describes one tunnel: write it below a name in tunnels",
                        "test.yaml:5: admin describes the whole process: write it at the top level");
    }

    @ParameterizedTest
    @CsvSource({"A", "a_b", "'a b'", "''", "ä", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void namesOfTunnelsAreMetricTags(String name) {
        assertThat(server("tunnels:\n  \"" + name + "\": {access: anyone}\n").problems())
                .containsExactly("test.yaml:2: \"" + name
                        + "\" is not a name for a tunnel: use 1 to 32 of a-z, 0-9 and the hyphen");
    }

    @Test
    void tunnelTwiceIsAProblem() {
        assertThat(server("tunnels:\n  a: {access: anyone}\n  a: {access: anyone}\n")
                        .problems())
                .containsExactly("test.yaml:3: \"a\" stands here again; it is already on line 2");
    }

    @Test
    void tunnelWithoutKeysIsAProblem() {
        assertThat(server("tunnels:\n  a: 7000\n").problems())
                .containsExactly("test.yaml:2: tunnel a: it is described by keys with values");
    }

    @ParameterizedTest
    @CsvSource({"''", "# nothing", "---", "null", "{}"})
    void emptyFileSaysNothing(String text) {
        assertThat(server(text).flag("access", "anyone").problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"just words", "'[a, b]'", "- a"})
    void fileWithoutKeysIsAProblem(String text) {
        assertThat(server(text).flag("access", "anyone").problems())
                .containsExactly("test.yaml:1: a config is keys with values, such as listen: 6379");
    }

    @Test
    void missingFileIsToldWhereItWasNamed() {
        assertThat(Told.server().flag("config", "/no/such.yaml").problems())
                .containsExactly("--config: there is no file /no/such.yaml");
        assertThat(Told.server().variable("FERRULE_CONFIG", "/no/such.yaml").problems())
                .containsExactly("FERRULE_CONFIG: there is no file /no/such.yaml");
    }

    @Test
    void nameOfTheFileMustBeOneAndPrintable() {
        assertThat(Told.nothing(Role.SERVER).flag("config", "").problems()).containsExactly("--config: it is empty");
        assertThat(Told.nothing(Role.SERVER).flag("config", "a\u0007").problems())
                .containsExactly("--config: \"a\\u0007\" holds a control character");
        assertThat(Told.nothing(Role.SERVER).flag("config", "a", "b").problems())
                .containsExactly("--config: given 2 times; it takes one value");
    }

    @Test
    void directoryIsNoFile() {
        assertThat(Told.server().flag("config", dir.toString()).problems())
                .containsExactly("--config: " + dir + " is a directory; a file is needed");
    }

    @Test
    void otherProblemsAreToldBesideAnUnreadableFile() {
        assertThat(Told.server()
                        .flag("config", "/no/such.yaml")
                        .variable("FERRULE_X", "1")
                        .problems())
                .containsExactly(
                        "FERRULE_X: proxy-server knows no such variable", "--config: there is no file /no/such.yaml");
    }

    @Test
    void byteOrderMarkIsSkipped() {
        assertThat(server("\uFEFFaccess: anyone\n").problems()).isEmpty();
    }

    @Test
    void fileThatMayNotBeReadIsTold() throws Exception {
        Path file = Files.writeString(dir.resolve("secret.yaml"), "access: anyone");
        assertThat(file.toFile().setReadable(false)).isTrue();
        assumeFalse(Files.isReadable(file), "root reads everything");
        assertThat(Told.server().flag("config", file.toString()).problems())
                .containsExactly("--config: " + file + " may not be read by this user");
    }

    private Told server(String yaml) {
        return Told.nothing(Role.SERVER).file(dir, yaml);
    }

    private Told client(String yaml) {
        return Told.nothing(Role.CLIENT).file(dir, yaml);
    }
}
