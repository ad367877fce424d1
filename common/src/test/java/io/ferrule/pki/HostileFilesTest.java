package io.ferrule.pki;

import static io.ferrule.testing.TestCertificate.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Secret;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator can hand in by mistake, and what damage does: always a sentence, never a stack trace. */
class HostileFilesTest {
    @TempDir
    Path dir;

    private final TestCertificate made = TestCertificates.selfSigned("localhost");

    private AbstractThrowableAssert<?, ?> readingCertificates(String text) {
        Path file = write(dir.resolve("c.pem"), text);
        return assertThatThrownBy(() -> PemCertificates.read(file))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("c.pem");
    }

    private AbstractThrowableAssert<?, ?> readingKey(String text) {
        Path file = write(dir.resolve("k.pem"), text);
        Path certificate = made.writeCertificateTo(dir, "c");
        return assertThatThrownBy(() -> KeyMaterial.load(new KeyFiles(certificate, file)))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("k.pem");
    }

    @Test
    void missingDirectoryAndEmptyFilesAreNamed() {
        assertThatThrownBy(() -> PemCertificates.read(dir.resolve("gone.pem"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> PemCertificates.read(dir)).hasMessageContaining("is a directory");
        readingCertificates("").hasMessageContaining("is empty");
    }

    @Test
    void deviceIsNotReadForEver() {
        assertThatThrownBy(() -> PemCertificates.read(Path.of("/dev/zero"))).hasMessageContaining("not a regular file");
    }

    @Test
    void fileOfMoreThanOneMebibyteIsRefused() {
        readingCertificates(made.chainPem() + "#".repeat(10 << 20)).hasMessageContaining("larger than 1 MiB");
    }

    @Test
    void fileOfExactlyOneMebibyteIsRead() throws Exception {
        String pem = made.chainPem();
        Path file = write(dir.resolve("c.pem"), pem + "#".repeat(PemFile.MAX_BYTES - pem.length()));
        assertThat(PemCertificates.read(file)).containsExactly(made.certificate());
    }

    @Test
    void binaryFileIsToldToBeConverted() throws Exception {
        Path file = Files.write(dir.resolve("c.der"), made.certificate().getEncoded());
        assertThatThrownBy(() -> PemCertificates.read(file)).hasMessageContaining("openssl x509 -inform der");
    }

    @Test
    void textWithoutBlocksIsNotPem() {
        readingCertificates("hello").hasMessageContaining("is not a PEM file");
    }

    @Test
    void beginWithoutATypeLineIsNoBlock() {
        readingCertificates("see -----BEGIN CERTIFICATE----- in the manual").hasMessageContaining("has no PEM block");
    }

    @Test
    void certificateFileWithAKeyAloneHasNoCertificate() {
        readingCertificates(made.pkcs8Pem()).hasMessageContaining("has no certificate, only PRIVATE KEY");
    }

    @Test
    void everyTruncationIsToldWithItsLine() {
        String pem = made.chainPem().strip();
        for (int length = "-----BEGIN CERTIFICATE-----".length(); length < pem.length(); length++) {
            readingCertificates(pem.substring(0, length))
                    .hasMessageContaining("c.pem:1: ")
                    .hasMessageContaining("cut off");
        }
    }

    @Test
    void blockThatBeginsInsideAnotherIsDamage() {
        String pem = made.chainPem();
        readingCertificates(pem.substring(0, 100) + "\n" + pem).hasMessageContaining("cut off or damaged");
    }

    @Test
    void charactersOutsideBase64AreDamage() {
        readingCertificates(made.chainPem().replaceFirst("\nM", "\n!")).hasMessageContaining("is not Base64");
    }

    @Test
    void flippedBytesNeverEscapeAsAnotherException() throws Exception {
        Random random = new Random(7);
        byte[] certificate = made.certificate().getEncoded();
        byte[] key = made.key().getEncoded();
        for (int i = 0; i < 500; i++) {
            Path c = write(dir.resolve("c.pem"), TestCertificate.pem("CERTIFICATE", flipped(certificate, random)));
            Path k = write(dir.resolve("k.pem"), TestCertificate.pem("PRIVATE KEY", flipped(key, random)));
            Path old = write(dir.resolve("old.pem"), TestCertificate.pem("EC PRIVATE KEY", flipped(key, random)));
            assertLoadsOrIsRefused(new KeyFiles(c, k));
            assertLoadsOrIsRefused(new KeyFiles(c, old));
        }
    }

    private static void assertLoadsOrIsRefused(KeyFiles files) {
        try {
            assertThat(KeyMaterial.load(files).chain()).isNotEmpty();
        } catch (OperatorException refused) {
            assertThat(refused.problems()).isNotEmpty();
        }
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] copy = bytes.clone();
        copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        return copy;
    }

    @Test
    void encryptedKeyWithoutAPasswordNamesTheOptionsThatGiveOne() {
        readingKey(TestCertificate.pem("ENCRYPTED PRIVATE KEY", new byte[64]))
                .hasMessageContaining(
                        "k.pem:1: the private key is encrypted: give its password by --key-password-file");
        readingKey(
                        """
                        -----BEGIN RSA PRIVATE KEY-----
                        Proc-Type: 4,ENCRYPTED
                        DEK-Info: AES-256-CBC,00

                        AAAA
                        -----END RSA PRIVATE KEY-----
                        """)
                .hasMessageContaining("FERRULE_KEY_PASSWORD_FILE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"AES-256-CBC,00", "AES-256-CBC", ",", "NO-SUCH-CIPHER,00112233445566778899aabbccddeeff", ""})
    void damagedEncryptionHeaderIsASentence(String header) {
        Path key = write(
                dir.resolve("k.pem"),
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: " + header
                        + "\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> KeyMaterial.load(sources(made.writeCertificateTo(dir, "c"), key)))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("k.pem:1: the password does not fit the private key");
    }

    @Test
    void flippedBytesOfKeyStoresNeverEscapeAsAnotherException() throws Exception {
        Random random = new Random(7);
        for (String type : new String[] {"PKCS12", "JKS", "JCEKS"}) {
            byte[] store = store(type);
            Path file = dir.resolve("store");
            for (int i = 0; i < 60; i++) {
                byte[] flipped = flipped(store, random);
                writeStore(file, i % 2 == 0 ? flipped : Arrays.copyOf(store, random.nextInt(store.length) + 1));
                try {
                    assertThat(KeyMaterial.load(sources(file))).isNotEmpty();
                } catch (OperatorException refused) {
                    assertThat(refused.problems()).allMatch(p -> p.where().equals(file.toString()));
                }
            }
        }
    }

    private byte[] store(String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        char[] password = "hunter22".toCharArray();
        store.setKeyEntry("a", made.key(), password, new Certificate[] {made.certificate()});
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, password);
        return out.toByteArray();
    }

    private static void writeStore(Path file, byte[] bytes) throws Exception {
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static KeySources sources(Path certificate, Path... keys) {
        return new KeySources(List.of(certificate), List.of(keys), List.of(), new Secret("hunter22"));
    }

    @Test
    void garbageInAKeyBlockIsRefusedWithoutQuotingIt() {
        for (String type : new String[] {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
            readingKey(TestCertificate.pem(type, "secret-bytes".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                    .hasMessageContaining("damaged")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void keysOfOtherProgramsAreNamed() {
        readingKey(TestCertificate.pem("OPENSSH PRIVATE KEY", new byte[8])).hasMessageContaining("OPENSSH PRIVATE KEY");
        readingKey(TestCertificate.pem("DSA PRIVATE KEY", new byte[8])).hasMessageContaining("DSA PRIVATE KEY");
    }

    @Test
    void keyFileWithoutAKeyIsTold() {
        readingKey(made.chainPem()).hasMessageContaining("has no private key");
    }
}
