package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where own certificates and keys come from, and how what is secret of them stays so. */
class OwnKeysTest {
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    private static final String KEY = "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n";

    @TempDir
    private Path dir;

    private static KeySources text(String... pem) {
        return new KeySources(
                List.of(), List.of(), List.of(pem).stream().map(Secret::new).toList(), null);
    }

    @Test
    void severalFilesArePooled() throws Exception {
        Files.writeString(dir.resolve("password"), "hunter2\n");
        Files.setPosixFilePermissions(dir.resolve("password"), PosixFilePermissions.fromString("rw-------"));
        Told told = Told.server()
                .file(dir, "certificate: [rsa.p12, tls]\nkey: [a.key, tls]\nkey-password-file: password\n");
        assertThat(told.acceptTls().keys())
                .isEqualTo(new KeySources(
                        List.of(dir.resolve("rsa.p12"), dir.resolve("tls")),
                        List.of(dir.resolve("a.key")),
                        List.of(),
                        new Secret("hunter2")));
    }

    @Test
    void keyStaysInATokenAndItsCertificateIsAFile() {
        String uri = "pkcs11:token=front;id=%01?module-path=/m.so&pin-source=file:/etc/pin";
        Told told = Told.server().file(dir, "certificate: tls.pem\nkey: \"" + uri + "\"\n");
        assertThat(told.acceptTls().keys())
                .isEqualTo(new KeySources(
                        List.of(dir.resolve("tls.pem")),
                        List.of(),
                        List.of(),
                        null,
                        false,
                        new KeySources.Tokens(List.of(), List.of(TokenUri.parse(uri)))));
    }

    @Test
    void certificateInATokenHasItsKeyThereToo() {
        Told told = Told.server().file(dir, "certificate: \"pkcs11:id=%01?module-path=/m.so\"\n");
        TokenUri uri = TokenUri.parse("pkcs11:id=%01?module-path=/m.so");
        assertThat(told.acceptTls().keys())
                .extracting(KeySources::tokens)
                .isEqualTo(new KeySources.Tokens(List.of(uri), List.of(uri.ofKey())));
    }

    @Test
    void whatIsWrongWithATokensUriIsToldWithItsLineAndWithoutThePin() {
        Told told = Told.server()
                .file(
                        dir,
                        """
                        certificate:
                          - "pkcs11:id=%01"
                          - "pkcs11:id=%1?module-path=/m.so"
                          - "pkcs11:type=private?module-path=/m.so"
                        key: "pkcs11:?module-path=/m.so&pin-value=5550111"
                        """);
        assertThat(told.problems().toString())
                .contains(
                        ":2: certificate: it does not say through which PKCS#11 module the token is reached",
                        ":3: certificate: id has a % that is not followed by two hexadecimal digits",
                        ":4: certificate: type=private is not what is needed here: type=cert",
                        ":5: key: a PIN in it would be seen wherever this is: give it as key-password")
                .doesNotContain("5550111");
    }

    @Test
    void variablesHoldPemWithRealAndWithSpelledLineBreaks() {
        Told told = Told.server()
                .variable("FERRULE_CERTIFICATE_PEM", CERTIFICATE)
                .variable("FERRULE_KEY_PEM", KEY.replace("\n", "\\n"));
        assertThat(told.acceptTls().keys()).isEqualTo(text(CERTIFICATE, KEY));
        assertThat(Told.server()
                        .variable("FERRULE_KEY_PEM", KEY.replace("\n", "\\r\\n") + CERTIFICATE)
                        .acceptTls()
                        .keys())
                .isEqualTo(text(KEY + CERTIFICATE));
    }

    @Test
    void yamlHoldsPemAsABlock() {
        String yaml = "certificate-pem: |\n" + CERTIFICATE.indent(2) + "key-pem: |\n" + KEY.indent(2);
        assertThat(Told.server().file(dir, yaml).acceptTls().keys()).isEqualTo(text(CERTIFICATE, KEY));
    }

    @Test
    void filesHoldPemAndPassword() throws Exception {
        Path pem = Files.writeString(Files.createTempFile(dir, "key", ""), KEY + CERTIFICATE);
        Path password = Files.writeString(Files.createTempFile(dir, "password", ""), "hunter2\n");
        Told told = Told.server()
                .variable("FERRULE_KEY_PEM_FILE", pem.toString())
                .flag("key-password-file", password.toString());
        assertThat(told.acceptTls().keys())
                .isEqualTo(new KeySources(
                        List.of(), List.of(), List.of(new Secret(KEY + CERTIFICATE)), new Secret("hunter2")));
    }

    @ParameterizedTest
    @EnumSource
    void secretIsNeverAFlag(Role role) {
        Told told = (role == Role.SERVER ? Told.server() : Told.client()).flag("certificate", "/c");
        assertThat(told.flag("key-password", "hunter2").flag("key-pem", KEY).problems())
                .containsExactly(
                        "--key-password: every user of this machine can read the command line; give it by"
                                + " --key-password-file FILE, the variable FERRULE_KEY_PASSWORD_FILE that names a file, the"
                                + " variable FERRULE_KEY_PASSWORD, or key-password in the YAML file",
                        "--key-pem: every user of this machine can read the command line; give it by --key FILE, the variable"
                                + " FERRULE_KEY_PEM_FILE that names a file, the variable FERRULE_KEY_PEM, or key-pem in the"
                                + " YAML file");
    }

    @Test
    void fileOfASecretHasToBePrivateHoweverItIsNamed() throws Exception {
        Path file = Files.writeString(dir.resolve("password"), "hunter2\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        String problem = file + ": the secret in it can be read by every user of this machine; run \"chmod 600 " + file;
        Told told = Told.server().flag("certificate", "/c");
        assertThat(told.variable("FERRULE_KEY_PASSWORD_FILE", file.toString()).problems())
                .singleElement()
                .asString()
                .startsWith("FERRULE_KEY_PASSWORD_FILE: " + problem);
        assertThat(Told.server()
                        .flag("certificate", "/c")
                        .flag("key-password-file", file.toString())
                        .problems())
                .singleElement()
                .asString()
                .startsWith("--key-password-file: " + problem);
        assertThat(Told.server()
                        .file(dir, "certificate: c\nkey-password-file: password\n")
                        .problems())
                .singleElement()
                .asString()
                .contains("the secret in it can be read by every user");
    }

    @Test
    void problemWithASecretQuotesNothingOfIt() {
        Told told = Told.server()
                .variable("FERRULE_CERTIFICATE_PEM", KEY)
                .variable("FERRULE_KEY_PEM", "hunter2")
                .variable("FERRULE_KEY_PASSWORD", "hunter2\u0007");
        assertThat(told.problems())
                .containsExactlyInAnyOrder(
                        "FERRULE_CERTIFICATE_PEM: it holds a private key: give that as key-pem, which is kept secret",
                        "FERRULE_KEY_PEM: it is no PEM text; name a file with certificate or key, or give its whole content",
                        "FERRULE_KEY_PASSWORD: the value holds a control character");
        assertThat(Told.server()
                        .variable("FERRULE_CERTIFICATE", "/c")
                        .variable("FERRULE_KEY_PEM", KEY + "#".repeat(1 << 16))
                        .problems())
                .containsExactly("FERRULE_KEY_PEM: it is longer than 64 KiB: name a file instead");
    }

    @Test
    void secretWithoutACertificateHasNoEffect() {
        assertThat(Told.server()
                        .variable("FERRULE_KEY_PEM", KEY)
                        .variable("FERRULE_KEY_PASSWORD", "hunter2")
                        .problems())
                .containsExactly(
                        "FERRULE_KEY_PEM: a key has no effect without its certificate: give certificate too, or remove it",
                        "FERRULE_KEY_PASSWORD: a password has no effect without its certificate: give certificate too, or"
                                + " remove it");
    }

    @Test
    void strongerCertificateLeavesNothingOfAWeakerKey() {
        Told told = Told.server()
                .file(dir, "certificate: a.pem\nkey: a.key\nkey-password: hunter2\n")
                .variable("FERRULE_CERTIFICATE_PEM", CERTIFICATE)
                .variable("FERRULE_KEY_PEM", KEY);
        assertThat(told.acceptTls().keys()).isEqualTo(text(CERTIFICATE, KEY));
    }

    @Test
    void secretAndItsFileAreOneTooMany() throws Exception {
        Files.writeString(
                Files.createFile(
                        dir.resolve("p"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
                "x");
        assertThat(Told.server()
                        .file(dir, "certificate: c\nkey-password: hunter2\nkey-password-file: p\n")
                        .problems())
                .containsExactly(
                        "test.yaml:3: key-password-file: key-password and its file are both given: remove one of them");
    }
}
