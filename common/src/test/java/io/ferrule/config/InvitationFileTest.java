package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvitationFileTest {
    private static final String KEY = "-----BEGIN PRIVATE KEY-----\n  MII_SECRET_KEY\n  -----END PRIVATE KEY-----";
    private static final String TEXT =
            """
            # comment
            target: "redis.example:46379"
            pin:
              - %s
            next-pin:
              - %s
            certificate-pem: |
              -----BEGIN CERTIFICATE-----
              MIICERT
              -----END CERTIFICATE-----
            key-pem: |
              %s
            """
                    .formatted(Told.PIN, Told.OTHER_PIN, KEY);

    @TempDir
    Path dir;

    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = write("orders.ferrule", TEXT);
    }

    private Path write(String name, String text) throws IOException {
        return write(dir.resolve(name), text);
    }

    private static Path write(Path to, String text) throws IOException {
        Files.writeString(to, text);
        return Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
    }

    /** One for the tests of configs that name it. */
    static void write(Path to) throws IOException {
        write(to, TEXT);
    }

    private Told client() {
        return Told.nothing(Role.CLIENT).flag("invitation", file.toString());
    }

    private List<String> problems() {
        return client().problems().stream().map(p -> p.replace(dir + "/", "")).toList();
    }

    @Test
    void invitationIsAWholeTunnel() {
        TunnelConfig tunnel = client().tunnel();
        ConnectTls tls = client().connectTls();
        assertThat(tunnel.connect().target()).hasToString("redis.example:46379");
        assertThat(tls.trust())
                .isEqualTo(
                        new ServerTrust.Pins(List.of(Pin.parse(Told.PIN)), List.of(Pin.parse(Told.OTHER_PIN)), false));
        assertThat(Objects.requireNonNull(tls.keys()).pem()).hasSize(2).last().satisfies(secret -> assertThat(
                        secret.reveal())
                .isEqualTo("-----BEGIN PRIVATE KEY-----\nMII_SECRET_KEY\n-----END PRIVATE KEY-----\n"));
    }

    @Test
    void whatElseIsSaidOfTheTunnelWins() {
        assertThat(client().flag("target", "10.0.0.1:1").tunnel().connect().target())
                .hasToString("10.0.0.1:1");
        assertThat(client().variable("FERRULE_PIN", Told.OTHER_PIN).connectTls().trust())
                .as("a pin of one's own leaves none of the invitation's")
                .isEqualTo(new ServerTrust.Pins(List.of(Pin.parse(Told.OTHER_PIN)), false));
        assertThat(client().flag("certificate", "/a.pem").connectTls().keys())
                .isEqualTo(KeySources.of(new KeyFiles(Path.of("/a.pem"), Path.of("/a.pem"))));
    }

    @Test
    void eachTunnelOfAFileHasItsOwn() throws IOException {
        write("billing.ferrule", TEXT.replace("redis.example", "other.example"));
        Told told = Told.nothing(Role.CLIENT)
                .file(
                        dir,
                        """
                        tunnels:
                          orders:
                            listen: 1001
                            invitation: orders.ferrule
                          billing:
                            listen: 1002
                            invitation: billing.ferrule
                        """);
        assertThat(told.config().tunnels())
                .extracting(tunnel -> tunnel.connect().target().toString())
                .containsExactly("redis.example:46379", "other.example:46379");
    }

    @Test
    void effectiveConfigShowsThePinsAndNotTheKey() {
        String text = ConfigText.of(client().config());
        assertThat(text).contains("next-pin:\n      - " + Told.OTHER_PIN).doesNotContain("SECRET");
        assertThat(client().config().toString()).doesNotContain("SECRET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"target", "pin", "certificate-pem", "key-pem"})
    void fileThatWasNotCopiedWholeIsNoticed(String key) throws IOException {
        String without = TEXT.replaceAll("(?m)^" + key + ":.*\\R(^  .*\\R)*", "");
        file = write("orders.ferrule", without);
        assertThat(problems()).first().asString().contains("orders.ferrule: the invitation lacks " + key);
    }

    @ParameterizedTest
    @CsvSource({"rw-r-----", "rw-r--r--", "rw--w----"})
    void fileThatOthersCanReadIsRefused(String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertThat(problems()).first().asString().contains("chmod 600 ");
    }

    @Test
    void otherKeysHaveNoPlaceInIt() throws IOException {
        file = write("orders.ferrule", TEXT + "listen: 0.0.0.0:1\ninsecure-plaintext: true\ntunnels: {}\n");
        assertThat(problems())
                .hasSize(3)
                .contains(
                        "orders.ferrule:15: \"listen\" has no place in an invitation, which holds target, pin, next-pin,"
                                + " server-name, certificate-pem, key-pem: write it into the config or on the command line")
                .anyMatch(p -> p.startsWith("orders.ferrule:16: \"insecure-plaintext\""))
                .anyMatch(p -> p.startsWith("orders.ferrule:17: \"tunnels\""));
    }

    @Test
    void badValuesAreToldWithTheirLine() throws IOException {
        file = write("orders.ferrule", TEXT.replace(Told.OTHER_PIN, "sha256/x"));
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("orders.ferrule:6: next-pin: \"sha256/x\" is not a pin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "- a",
                "just words",
                "key-pem: [a, b]",
                "key-pem:\n  MII_SECRET_KEY: x",
                "{{{MII_SECRET_KEY",
                "\u0000"
            })
    void garbageIsRefusedWithoutShowingIt(String text) throws IOException {
        file = write("orders.ferrule", text);
        assertThat(problems()).isNotEmpty().first().asString().contains("orders.ferrule");
        assertThat(problems()).noneMatch(problem -> problem.contains("SECRET"));
    }

    @Test
    void missingFileIsTold() {
        file = dir.resolve("no.ferrule");
        assertThat(problems()).first().isEqualTo("--invitation: there is no file no.ferrule");
        assertThat(Told.nothing(Role.CLIENT)
                        .file(dir, "invitation: no.ferrule\n")
                        .problems())
                .first()
                .isEqualTo("test.yaml:1: invitation: there is no file no.ferrule");
    }

    @Test
    void nextPinNeedsAPin() {
        assertThat(Told.nothing(Role.CLIENT)
                        .flag("target", "a.example:1")
                        .flag("ca", "/ca.pem")
                        .flag("next-pin", Told.PIN)
                        .problems())
                .singleElement()
                .asString()
                .startsWith("--next-pin: it has no effect without pin");
    }
}
