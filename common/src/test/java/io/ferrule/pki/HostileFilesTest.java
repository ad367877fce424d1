package io.ferrule.pki;

import static io.ferrule.testing.TestCertificate.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void encryptedKeysAreRefusedWithTheCommandThatDecryptsThem() {
        readingKey(TestCertificate.pem("ENCRYPTED PRIVATE KEY", new byte[64]))
                .hasMessageContaining("openssl pkey -in")
                .hasMessageContaining("encrypted");
        readingKey(
                        """
                        -----BEGIN RSA PRIVATE KEY-----
                        Proc-Type: 4,ENCRYPTED
                        DEK-Info: AES-256-CBC,00

                        AAAA
                        -----END RSA PRIVATE KEY-----
                        """)
                .hasMessageContaining("openssl pkey -in");
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
