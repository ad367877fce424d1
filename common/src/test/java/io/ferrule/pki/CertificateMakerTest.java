package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateMakerTest {
    private static final Instant NOW = Instant.parse("2049-06-01T12:00:00Z");

    @TempDir
    Path dir;

    private final CertificateMaker maker = new CertificateMaker(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void everyKeyTypeMakesAPairThatReadsBack(KeyType type) throws Exception {
        KeyMaterial made = maker.make(new CertificateTemplate("a", List.of("a.example"), Duration.ofDays(1), type));
        KeyFiles files = new KeyFiles(dir.resolve("a.crt"), dir.resolve("a.key"));
        made.writeTo(files);
        assertThat(KeyMaterial.load(files)).isEqualTo(made);
        made.leaf().verify(made.leaf().getPublicKey());
    }

    @Test
    void validityBeginsAnHourAgoAndCountsFromNowPastTheYear2050() {
        X509Certificate leaf =
                maker.make(CertificateTemplate.of("a", List.of())).leaf();
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofHours(1)));
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
    }

    @Test
    void certificateServesBothSidesAndIsNoAuthority() throws Exception {
        X509Certificate leaf = maker.make(
                        CertificateTemplate.of("a", List.of("a.example", "10.0.0.1", "bücher.example")))
                .leaf();
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        boolean[] onlyDigitalSignature = new boolean[9];
        onlyDigitalSignature[0] = true;
        assertThat(leaf.getKeyUsage()).isEqualTo(onlyDigitalSignature);
        assertThat(leaf.getSubjectAlternativeNames())
                .containsExactly(List.of(2, "a.example"), List.of(7, "10.0.0.1"), List.of(2, "xn--bcher-kva.example"));
        assertThat(leaf.getExtensionValue("2.5.29.14")).isNotNull();
    }

    @Test
    void serialsAreLongAndDiffer() {
        var one = maker.make(CertificateTemplate.of("a", List.of())).leaf().getSerialNumber();
        var other = maker.make(CertificateTemplate.of("a", List.of())).leaf().getSerialNumber();
        assertThat(one).isNotEqualTo(other).isPositive();
        assertThat(one.bitLength()).isEqualTo(128);
    }

    @Test
    void subjectCannotSmuggleFurtherParts() {
        X509Certificate leaf =
                maker.make(CertificateTemplate.of("a,O=b+C=d", List.of())).leaf();
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=a\\,O\\=b\\+C\\=d");
    }

    @Test
    void keyFileIsForItsOwnerOnly() throws Exception {
        KeyFiles files = new KeyFiles(dir.resolve("a.crt"), dir.resolve("a.key"));
        maker.make(CertificateTemplate.of("a", List.of())).writeTo(files);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.crt", "a.key"})
    void existingFileIsNeverOverwrittenAndNothingElseIsMade(String existing) throws Exception {
        Files.writeString(dir.resolve(existing), "mine");
        KeyFiles files = new KeyFiles(dir.resolve("a.crt"), dir.resolve("a.key"));
        assertThatThrownBy(
                        () -> maker.make(CertificateTemplate.of("a", List.of())).writeTo(files))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(existing + ": exists already");
        assertThat(dir.resolve(existing)).hasContent("mine");
        assertThat(dir.toFile().list()).containsExactly(existing);
    }

    @Test
    void danglingLinkIsNotWrittenThrough() throws Exception {
        Files.createSymbolicLink(dir.resolve("a.key"), dir.resolve("elsewhere"));
        KeyFiles files = new KeyFiles(dir.resolve("a.crt"), dir.resolve("a.key"));
        assertThatThrownBy(
                        () -> maker.make(CertificateTemplate.of("a", List.of())).writeTo(files))
                .hasMessageContaining("exists already");
        assertThat(dir.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void keyIsTakenBackIfTheCertificateCannotBeWritten() {
        KeyFiles files = new KeyFiles(dir.resolve("missing/a.crt"), dir.resolve("a.key"));
        assertThatThrownBy(
                        () -> maker.make(CertificateTemplate.of("a", List.of())).writeTo(files))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("its directory does not exist");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void oneFileForBothIsRefused() {
        Path file = dir.resolve("a.pem");
        assertThatThrownBy(() -> maker.make(CertificateTemplate.of("a", List.of()))
                        .writeTo(new KeyFiles(file, dir.resolve("./a.pem"))))
                .hasMessageContaining("two files");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "-a", "a..b", "a.example:80", "https://a", "a/b", "*", "*.*.a"})
    void wrongNamesAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CertificateTemplate.of("a", List.of(name)))
                .withMessageContaining("neither a host name nor an IP address");
    }

    @Test
    void wrongCommonNamesAndValiditiesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> CertificateTemplate.of("", List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> CertificateTemplate.of("a".repeat(65), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CertificateTemplate("a", List.of(), Duration.ZERO, KeyType.ECDSA_P256));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CertificateTemplate(
                        "a", List.of(), Duration.ofDays(Integer.MAX_VALUE), KeyType.ECDSA_P256));
    }

    @Test
    void keyTypesReadBack() {
        for (KeyType type : KeyType.values()) {
            assertThat(KeyType.parse(type.toString())).isEqualTo(type);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyType.parse("rsa"))
                .withMessageContaining("ecdsa-p256, ecdsa-p384, rsa-3072");
    }
}
