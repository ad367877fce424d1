package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Manual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON Schemas in config/ are those of this version, and judge as the programs do. */
class ConfigSchemaTest {
    private static final SchemaJudge SERVER = SchemaJudge.of(Role.SERVER);
    private static final SchemaJudge CLIENT = SchemaJudge.of(Role.CLIENT);

    @TempDir
    private Path dir;

    static Stream<Path> examples() throws IOException {
        return ExampleConfigsTest.examples().stream();
    }

    static Stream<Manual.Block> blocks() {
        return Manual.blocks("yaml").stream();
    }

    @ParameterizedTest
    @EnumSource
    void fileIsWhatTheRegistryMakes(Role role) throws IOException {
        Path file = Manual.root().resolve("config").resolve(fileName(role));
        if ("write".equals(System.getProperty("ferrule.docs"))) {
            Files.writeString(file, ConfigSchema.text(role));
        }
        assertThat(file).as("rewrite it with -Dferrule.docs=write").content().isEqualTo(ConfigSchema.text(role));
        assertThat(SchemaJudge.problemsOfSchema(Files.readString(file))).isEmpty();
    }

    @Test
    void whatIsNoSchemaIsToldApart() {
        assertThat(SchemaJudge.problemsOfSchema("{\"type\": \"word\"}")).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleNamesItsSchemaAndObeysIt(Path file) throws IOException {
        Role role = file.getFileName().toString().startsWith("client") ? Role.CLIENT : Role.SERVER;
        assertThat(file).content().startsWith("# yaml-language-server: $schema=./" + fileName(role) + "\n");
        assertThat(problems(role, Files.readString(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void configOfTheManualObeysTheSchema(Manual.Block block) {
        Role role = block.info().equals("yaml server") ? Role.SERVER : Role.CLIENT;
        assertThat(problems(role, block.text())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyKeyOfTheReaderAndNoOtherIsKnown(Role role) {
        for (Option option : Option.all()) {
            boolean isKey = told(role, option.name() + ": \"\"")
                    .noneMatch(p -> p.contains("is not an option of") || p.contains("cannot stand in a file"));
            assertThat(ConfigSchema.text(role).contains("\n    \"" + option.name() + "\": {"))
                    .as("%s of %s", option.name(), role)
                    .isEqualTo(isKey);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDefaultIsAValue(Role role) {
        for (Option option : Option.forRole(role)) {
            String standard = option.defaultText(role);
            if (standard.matches("\\S+")) {
                assertThat(problems(role, option.name() + ": " + standard)).isEmpty();
                assertThat(told(role, option.name() + ": " + standard))
                        .noneMatch(p -> p.startsWith("test.yaml:1: " + option.name()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "null",
                "listen: 7000",
                "listen: '7000'",
                "listen: ' 7000 '",
                "listen: '[::1]:7000'",
                "listen: unix:/run/a b.sock",
                "listen: systemd:ferrule",
                "admin: none",
                "admin: unix:/run/admin.sock",
                "max-connections: '5'",
                "max-connections: 10000000",
                "event-loops: 0",
                "buffer: 4096",
                "buffer: 64 KiB",
                "idle-timeout: 0",
                "idle-timeout: '0'",
                "idle-timeout: 0s",
                "reset-timeout: 500ms",
                "tls-min-version: 1.3",
                "tls-min-version: '1.3'",
                "insecure-plaintext: true",
                "insecure-plaintext: 'false'",
                "alpn: redis",
                "alpn: [redis, h2]",
                "alpn: 5",
                "certificate: 5",
                "certificate: [a.pem, tls]\\nkey: [a.key, b.key]",
                "certificate: a.p12\\nkey-password: 5",
                "certificate: tls/server.pem\\nkey: /abs/server.key",
                "state-directory: state",
                "log-level: debug\\nlog-format: json\\ntransport: nio"
            })
    void bothTakeWhatIsWrittenWell(String escaped) {
        for (Role role : Role.values()) {
            String yaml = escaped.replace("\\n", "\n");
            assertThat(told(role, yaml)).as("%s reads %s", role, yaml).allMatch(ConfigSchemaTest::isIncompleteOnly);
            assertThat(problems(role, yaml)).as("%s: %s", role, yaml).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]",
                "words",
                "lisen: 1",
                "config: x.yaml",
                "Listen: 1",
                "listen:",
                "listen: ''",
                "listen: ' '",
                "listen: [1]",
                "listen: 'systemd:'",
                "listen: 'systemd:a b'",
                "listen: {port: 1}",
                "listen: 70000",
                "listen: -1",
                "listen: 7.5",
                "listen: a",
                "listen: unix:relative",
                "listen: unix:/a/",
                "listen: http://a:1",
                "listen: '::1:5'",
                "target: 0",
                "admin: nobody",
                "admin: false",
                "transport: uring",
                "log-format: xml",
                "log-level: DEBUG",
                "log-level: 3",
                "event-loops: 1025",
                "event-loops: many",
                "max-connections: 0",
                "max-connections: 10000001",
                "max-connections: -5",
                "max-connections: [5]",
                "max-connections: true",
                "max-connections-per-source: -1",
                "buffer: 4095",
                "buffer: 1073741825",
                "buffer: 1.5MiB",
                "buffer: 64KB",
                "handshake-timeout: 0",
                "connect-timeout: '0'",
                "idle-timeout: 10",
                "idle-timeout: 10 s",
                "idle-timeout: PT10S",
                "tls-min-version: 1.1",
                "tls-min-version: TLSv1.3",
                "tls-max-version: 1",
                "insecure-plaintext: yes",
                "insecure-plaintext: 1",
                "insecure-plaintext: [true]",
                "certificate: ''",
                "certificate: []",
                "key-pem: 5",
                "certificate-pem: a.pem",
                "key-password: [a]",
                "alpn: []",
                "alpn: [a, null]",
                "alpn: [[a]]",
                "alpn: [{a: b}]",
                "alpn: {a: b}",
                "alpn: ['']",
                "tunnels:",
                "tunnels: {}",
                "tunnels: []",
                "tunnels: x",
                "tunnels: {A: {}}",
                "tunnels: {a_b: {}}",
                "tunnels: {aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: {}}",
                "tunnels: {a: 7000}",
                "tunnels: {a: [listen]}",
                "tunnels: {a: {lisen: 1}}",
                "tunnels: {a: {admin: 9090}}",
                "tunnels: {a: {listen: [1]}}",
                "tunnels: {a: {tunnels: {b: {}}}}",
                "tunnels: {a: {}}\\nlisten: 1",
                "tunnels: {a: {}}\\nmax-connections: 5"
            })
    void bothRefuseWhatIsWrittenBadly(String escaped) {
        for (Role role : Role.values()) {
            String yaml = escaped.replace("\\n", "\n");
            assertThat(told(role, yaml)).as("%s reads %s", role, yaml).anyMatch(p -> !isIncompleteOnly(p));
            assertThat(problems(role, yaml)).as("%s: %s", role, yaml).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVER|access: anyone|true",
                "SERVER|access: everyone|false",
                "SERVER|access: [anyone]|false",
                "SERVER|pin: sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|false",
                "SERVER|client-pin: sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|true",
                "SERVER|client-pin: [sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA]|true",
                "SERVER|client-pin: [sha256/AAAA]|false",
                "SERVER|client-pin: sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|false",
                "SERVER|client-ca: a\\nclient-name: ['cn:a b', 'DNS:*.x', 'uri:spiffe://a/*', '*']|true",
                "SERVER|client-ca: a\\nclient-name: worker|false",
                "SERVER|client-ca: a\\nclient-name: ['email:a@b', 'ou:b']|true",
                "SERVER|client-ca: a\\nclient-name: 'mail:a@b'|false",
                "SERVER|access: invited\\nclient-certificate: optional|true",
                "SERVER|client-certificate: maybe|false",
                "SERVER|client-ca: a\\nclient-name: '*'\\ncrl: [a.crl, b.crl]\\nocsp: aia|true",
                "SERVER|client-ca: a\\nclient-name: '*'\\nocsp: stapled|false",
                "SERVER|client-ca: a\\nclient-name: '*'\\nocsp: 'https://a/'|false",
                "SERVER|ocsp: off\\nocsp-timeout: 0|false",
                "SERVER|verify-name: cn:a|false",
                "SERVER|deny: [a, b]|false",
                "SERVER|deny: a|true",
                "CLIENT|ca: a\\nverify-name: ['cn:a', '*']\\nocsp: stapled|true",
                "CLIENT|ca: a\\nocsp: 'http://ocsp.example/x'\\nocsp-timeout: 500ms|true",
                "CLIENT|ca: a\\nverify-name: a|false",
                "SERVER|target: 6379|true",
                "SERVER|access: anyone\\nnames: {a.example: {target: 7000}, '*.b': , ÄÖ.example: {certificate: a, key: b}}|true",
                "SERVER|access: anyone\\nnames: {a: {access: anyone}}\\nunknown-names: refuse|true",
                "SERVER|names: {}|false",
                "SERVER|names: [a]|false",
                "SERVER|names: {'*': {target: 1}}|false",
                "SERVER|names: {'a:1': {target: 1}}|false",
                "SERVER|names: {a: {listen: 1}}|false",
                "SERVER|names: {a: {admin: 1}}|false",
                "SERVER|names: {a: 5}|false",
                "SERVER|names: {a: {names: {b: {target: 1}}}}|false",
                "SERVER|unknown-names: drop|false",
                "CLIENT|names: {a: {target: 'b:1'}}|false",
                "SERVER|publish-pin: server.pin|true",
                "SERVER|publish-pin: [server.pin]|false",
                "SERVER|server-name: a|false",
                "CLIENT|target: 46379|false",
                "CLIENT|target: redis:46379|true",
                "CLIENT|server-name: redis.example|true",
                "CLIENT|server-name: 1e3|true",
                "CLIENT|server-name: ''|false",
                "CLIENT|access: anyone|false",
                "CLIENT|publish-pin: a|false"
            })
    void bothAgreeOnWhatOneOfTheProgramsHas(Role role, String escaped, boolean isGood) {
        String yaml = escaped.replace("\\n", "\n");
        assertThat(told(role, yaml).allMatch(ConfigSchemaTest::isIncompleteOnly))
                .isEqualTo(isGood);
        assertThat(problems(role, yaml).isEmpty()).isEqualTo(isGood);
    }

    /** JSON knows no spelling: of these the schema sees the number or the truth value, and the reader the word. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"listen: 0x1F", "max-connections: 5.0", "insecure-plaintext: True"})
    void readerIsStricterAboutTheSpellingOfNumbers(String yaml) {
        assertThat(told(Role.SERVER, yaml)).anyMatch(p -> !isIncompleteOnly(p));
        assertThat(problems(Role.SERVER, yaml)).isEmpty();
    }

    /** The one thing that the schema refuses although the reader takes it: it is a slip far more often than a name. */
    @Test
    void nameThatIsTrueOrFalseNeedsQuotesForTheSchema() {
        assertThat(told(Role.SERVER, "certificate: true")).allMatch(ConfigSchemaTest::isIncompleteOnly);
        assertThat(problems(Role.SERVER, "certificate: true")).isNotEmpty();
        assertThat(problems(Role.SERVER, "certificate: 'true'")).isEmpty();
    }

    private static List<String> problems(Role role, String yaml) {
        return (role == Role.SERVER ? SERVER : CLIENT).problems(yaml);
    }

    private Stream<String> told(Role role, String yaml) {
        return Told.nothing(role).file(dir, yaml + "\n").problems().stream();
    }

    /** True for what the reader says because a snippet is not a whole config; a schema does not judge that. */
    private static boolean isIncompleteOnly(String problem) {
        return problem.contains("nothing says how the server is known") || problem.contains("target is missing");
    }

    private static String fileName(Role role) {
        return role.program() + ".schema.json";
    }
}
