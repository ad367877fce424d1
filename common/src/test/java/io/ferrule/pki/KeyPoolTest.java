package io.ferrule.pki;

import static io.ferrule.testing.TestCertificate.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Secret;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many sources are one pool: files, directories, text. */
class KeyPoolTest {
    @TempDir
    Path dir;

    private final TestCertificates.Authority authority = TestCertificates.authority("Root");
    private final TestCertificate ecdsa = authority.issue("localhost");
    private final TestCertificate rsa = authority.leaf("localhost").key("RSA").issue();

    private static KeySources certificates(Path... paths) {
        return new KeySources(List.of(paths), List.of(), List.of(), null);
    }

    private static KeySources text(String... pem) {
        return new KeySources(
                List.of(), List.of(), List.of(pem).stream().map(Secret::new).toList(), null);
    }

    @Test
    void pairOfKindsComesWithEcdsaFirst() throws Exception {
        Path r = rsa.writeJoinedTo(dir, "a-rsa").certificate();
        Path e = ecdsa.writeJoinedTo(dir, "b-ecdsa").certificate();
        TestCertificate ed = authority.leaf("localhost").key("Ed25519").issue();
        Path d = ed.writeJoinedTo(dir, "0-ed").certificate();
        for (KeySources sources : List.of(certificates(r, e, d), certificates(d, r, e), certificates(dir))) {
            assertThat(KeyMaterial.load(sources))
                    .extracting(KeyMaterial::pin)
                    .containsExactly(ecdsa.pin(), rsa.pin(), ed.pin());
        }
    }

    @Test
    void keysInFilesOfTheirOwnFindTheirCertificates() throws Exception {
        Path both = write(dir.resolve("both.crt"), rsa.chainPem() + ecdsa.chainPem());
        KeySources sources = new KeySources(
                List.of(both),
                List.of(rsa.writeTo(dir, "r").key(), ecdsa.writeTo(dir, "e").key()),
                List.of(),
                null);
        assertThat(KeyMaterial.load(sources))
                .extracting(KeyMaterial::chain)
                .containsExactly(ecdsa.chain(), rsa.chain());
    }

    @Test
    void mountedKubernetesSecretIsReadThroughItsLinks() throws Exception {
        Path mount = Files.createDirectory(dir.resolve("tls"));
        Path version = Files.createDirectory(mount.resolve("..2026_11_22_12_00_00.1"));
        ecdsa.writeTo(version);
        authority.writeTo(version);
        Files.createSymbolicLink(mount.resolve("..data"), version.getFileName());
        for (String name : List.of("tls.crt", "tls.key", "ca.crt")) {
            Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
        }
        KeyMaterial loaded = KeyMaterial.load(certificates(mount)).get(0);
        assertThat(loaded.pin()).isEqualTo(ecdsa.pin());
        assertThat(loaded.chain()).containsExactly(ecdsa.certificate(), authority.certificate());
    }

    @Test
    void directoryOfCertbotIsOneCertificate() throws Exception {
        TestCertificates.Authority middle = authority.intermediate("Middle");
        TestCertificate made = middle.issue("redis.example");
        write(dir.resolve("cert.pem"), TestCertificate.pem(made.certificate()));
        write(dir.resolve("chain.pem"), middle.pem());
        write(dir.resolve("fullchain.pem"), made.chainPem());
        write(dir.resolve("privkey.pem"), made.pkcs8Pem());
        write(dir.resolve("README"), "not read");
        write(dir.resolve(".hidden.pem"), "not read");
        Files.createDirectory(dir.resolve("old.pem"));
        assertThat(KeyMaterial.load(certificates(dir))).singleElement().satisfies(each -> assertThat(each.chain())
                .isEqualTo(made.chain()));
    }

    @Test
    void certificatesOfOtherKeysAreInNoChain() throws Exception {
        Path all = write(dir.resolve("all.pem"), rsa.chainPem() + rsa.pkcs8Pem() + ecdsa.pkcs8Pem() + ecdsa.chainPem());
        assertThat(KeyMaterial.load(certificates(all)))
                .extracting(KeyMaterial::chain)
                .containsExactly(ecdsa.chain(), rsa.chain());
    }

    @Test
    void renewedCertificateOfTheSameKeyIsShown() throws Exception {
        TestCertificate old = authority
                .leaf("localhost")
                .keyOf(ecdsa)
                .validity(
                        Instant.now().minus(90, ChronoUnit.DAYS), Instant.now().plus(900, ChronoUnit.DAYS))
                .issue();
        write(dir.resolve("1.crt"), old.chainPem());
        write(dir.resolve("2.crt"), ecdsa.chainPem());
        write(dir.resolve("3.crt"), old.chainPem());
        write(dir.resolve("k.key"), ecdsa.pkcs8Pem());
        assertThat(KeyMaterial.load(certificates(dir)).get(0).leaf()).isEqualTo(ecdsa.certificate());
    }

    @Test
    void sameKeyTwiceIsOne() throws Exception {
        ecdsa.writeJoinedTo(dir, "haproxy");
        ecdsa.writeTo(dir);
        write(dir.resolve("older.key"), ecdsa.olderPem());
        assertThat(KeyMaterial.load(certificates(dir))).hasSize(1);
    }

    @Test
    void twoKeysOfOneKindAreNamed() {
        TestCertificate other = authority.leaf("other").key("P-384").issue();
        ecdsa.writeJoinedTo(dir, "a");
        other.writeJoinedTo(dir, "b");
        assertThatThrownBy(() -> KeyMaterial.load(certificates(dir)))
                .isInstanceOf(OperatorException.class)
                .hasMessage(dir.resolve("b.pem")
                        + ": holds a second ECDSA key, and one of a kind can be shown: CN=other "
                        + other.pin() + " in " + dir.resolve("b.pem") + ", beside CN=localhost " + ecdsa.pin() + " in "
                        + dir.resolve("a.pem")
                        + "; remove one of them, or give each a server name of its own below names");
    }

    @Test
    void everyKeyNeedsItsCertificate() {
        TestCertificate stranger = TestCertificates.selfSigned("stranger");
        ecdsa.writeTo(dir);
        write(dir.resolve("stray.key"), stranger.pkcs8Pem());
        assertThatThrownBy(() -> KeyMaterial.load(certificates(dir)))
                .hasMessage(dir.resolve("stray.key") + ": does not fit the certificate " + dir.resolve("tls.crt")
                        + ": the key's pin is " + stranger.pin() + ", the certificate's CN=localhost " + ecdsa.pin()
                        + "; name the key that the certificate was made with");
    }

    @Test
    void poolWithoutAKeyOrWithoutAFileIsRefused() throws Exception {
        authority.writeTo(dir);
        assertThatThrownBy(() -> KeyMaterial.load(certificates(dir)))
                .hasMessage(dir + ": has no private key; give it as key");
        Path empty = Files.createDirectory(dir.resolve("empty"));
        assertThatThrownBy(() -> KeyMaterial.load(certificates(empty)))
                .hasMessage(empty
                        + ": no file in this directory ends with .pem, .crt, .cer, .key, .p12, .pfx, .jks, .jceks");
        Path keys = Files.createDirectory(dir.resolve("keys"));
        write(keys.resolve("a.key"), ecdsa.pkcs8Pem());
        assertThatThrownBy(() -> KeyMaterial.load(certificates(keys))).hasMessage(keys + ": has no certificate");
    }

    @Test
    void everyKeyOfADirectoryHasToBePrivateAndEveryProblemIsTold() throws Exception {
        Path key = ecdsa.writeTo(dir).key();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        write(dir.resolve("z.pem"), "hello");
        assertThatThrownBy(() -> KeyMaterial.load(certificates(dir)))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.problems()).hasSize(2))
                .hasMessageContaining("chmod 600 " + key)
                .hasMessageContaining("z.pem: holds neither certificates nor keys");
    }

    @Test
    void swappedFilesAreTold() {
        Path certificate = ecdsa.writeTo(dir).certificate();
        Path key = dir.resolve("tls.key");
        assertThatThrownBy(() -> KeyMaterial.load(new KeySources(List.of(key), List.of(certificate), List.of(), null)))
                .hasMessageContaining(key + ": has no certificate")
                .hasMessageContaining(certificate + ": has no private key");
    }

    @Test
    void certificateInDerIsReadAndAKeyInDerIsToldToBeConverted() throws Exception {
        Path der = Files.write(dir.resolve("c.der"), ecdsa.certificate().getEncoded());
        KeySources sources =
                new KeySources(List.of(der), List.of(ecdsa.writeTo(dir).key()), List.of(), null);
        assertThat(KeyMaterial.load(sources).get(0).pin()).isEqualTo(ecdsa.pin());
        Path key = Files.write(dir.resolve("k.der"), ecdsa.key().getEncoded());
        assertThatThrownBy(() -> KeyMaterial.load(certificates(der, key)))
                .hasMessageContaining("k.der: is binary, but neither")
                .hasMessageContaining("openssl pkey -inform der");
    }

    @Test
    void textIsReadLikeAFile() throws Exception {
        assertThat(KeyMaterial.load(text(ecdsa.chainPem(), ecdsa.pkcs8Pem()))
                        .get(0)
                        .chain())
                .isEqualTo(ecdsa.chain());
        assertThat(KeyMaterial.load(text(rsa.olderPem() + rsa.chainPem() + ecdsa.chainPem() + ecdsa.olderPem())))
                .extracting(KeyMaterial::pin)
                .containsExactly(ecdsa.pin(), rsa.pin());
    }

    @Test
    void problemOfATextNamesTheOptionAndTheLineAndQuotesNothing() {
        String cut = ecdsa.pkcs8Pem().replace("-----END PRIVATE KEY-----", "");
        assertThatThrownBy(() -> KeyMaterial.load(text(ecdsa.chainPem() + "\n", "\n" + cut)))
                .hasMessage("key-pem line 2: the block PRIVATE KEY has no end: the file is cut off or damaged");
        assertThatThrownBy(() -> KeyMaterial.load(
                        text(TestCertificate.pem("CERTIFICATE", new byte[] {1, 2, 3}), ecdsa.pkcs8Pem())))
                .hasMessageStartingWith("certificate-pem line 1: this certificate is damaged");
        assertThatThrownBy(() -> KeyMaterial.load(text("secret words")))
                .hasMessageStartingWith("certificate-pem: has no PEM block")
                .hasMessageNotContaining("words");
    }
}
