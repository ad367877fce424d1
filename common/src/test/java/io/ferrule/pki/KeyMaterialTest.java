package io.ferrule.pki;

import static io.ferrule.testing.TestCertificate.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.PrivateFile;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMaterialTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "P-256", "P-384", "P-521", "Ed25519"})
    void pkcs8KeyOfEveryKindLoads(String kind) throws Exception {
        TestCertificate made =
                TestCertificates.selfSignedLeaf("localhost").key(kind).issue();
        KeyMaterial loaded = KeyMaterial.load(made.writeTo(dir));
        assertThat(loaded.chain()).isEqualTo(made.chain());
        assertThat(loaded.key()).isEqualTo(made.key());
        assertThat(loaded.pin()).isEqualTo(made.pin());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "P-256", "P-384", "P-521"})
    void olderKeyFormatsLoad(String kind) throws Exception {
        TestCertificate made =
                TestCertificates.selfSignedLeaf("localhost").key(kind).issue();
        Path key = write(dir.resolve("old.key"), made.olderPem());
        assertThat(Files.readString(key)).contains(kind.equals("RSA") ? "BEGIN RSA PRIVATE" : "BEGIN EC PRIVATE");
        KeyMaterial loaded = KeyMaterial.load(new KeyFiles(made.writeCertificateTo(dir, "c"), key));
        assertThat(PrivateKeys.fits(loaded.key(), made.certificate().getPublicKey()))
                .isTrue();
    }

    @Test
    void ed25519KeyThatCarriesItsPublicKeyLoads() throws Exception {
        TestCertificate made =
                TestCertificates.selfSignedLeaf("localhost").key("Ed25519").issue();
        PrivateKeyInfo plain = PrivateKeyInfo.getInstance(made.key().getEncoded());
        byte[] point = SubjectPublicKeyInfo.getInstance(
                        made.certificate().getPublicKey().getEncoded())
                .getPublicKeyData()
                .getBytes();
        byte[] version2 = new PrivateKeyInfo(
                        plain.getPrivateKeyAlgorithm(),
                        ASN1OctetString.getInstance(plain.parsePrivateKey()),
                        null,
                        new DERBitString(point).getBytes())
                .getEncoded();
        Path key = write(dir.resolve("v2.key"), TestCertificate.pem("PRIVATE KEY", version2));
        assertThat(KeyMaterial.load(new KeyFiles(made.writeCertificateTo(dir, "c"), key))
                        .pin())
                .isEqualTo(made.pin());
    }

    @Test
    void joinedFileLoadsInAnyOrderOfBlocks() throws Exception {
        TestCertificates.Authority issuing =
                TestCertificates.authority("Root").intermediate("Middle").intermediate("Low");
        TestCertificate made = issuing.issue("localhost");
        assertThat(made.chain()).hasSize(3);
        List<String> blocks =
                new ArrayList<>(made.chain().stream().map(TestCertificate::pem).toList());
        blocks.add(made.pkcs8Pem());
        for (int turn = 0; turn < blocks.size(); turn++) {
            Collections.rotate(blocks, 1);
            Path file = write(dir.resolve("joined.pem"), String.join("\n", blocks));
            assertThat(KeyMaterial.load(new KeyFiles(file, file)).chain()).isEqualTo(made.chain());
        }
    }

    @Test
    void textBetweenBlocksWindowsLineEndsAndByteOrderMarkAreSkipped() throws Exception {
        TestCertificate made = TestCertificates.selfSigned("localhost");
        String text = "Bag Attributes\n    friendlyName: x\n" + made.pkcs8Pem() + "subject=CN = x\n" + made.chainPem();
        Path file = write(dir.resolve("j.pem"), text.replace("\n", "\r\n"));
        assertThat(KeyMaterial.load(new KeyFiles(file, file)).pin()).isEqualTo(made.pin());
        write(file, "\uFEFF" + made.chainPem() + made.pkcs8Pem());
        assertThat(KeyMaterial.load(new KeyFiles(file, file)).pin()).isEqualTo(made.pin());
    }

    @Test
    void expiredCertificateLoads() throws Exception {
        TestCertificate made =
                TestCertificates.selfSignedLeaf("localhost").expired().issue();
        assertThat(KeyMaterial.load(made.writeTo(dir)).pin()).isEqualTo(made.pin());
    }

    @ParameterizedTest
    @CsvSource({"P-256,P-256", "RSA,P-256", "P-256,P-384", "Ed25519,RSA", "RSA,RSA", "Ed25519,Ed25519"})
    void keyThatFitsNoCertificateIsRefusedWithBothPins(String certificateKind, String keyKind) {
        TestCertificate one =
                TestCertificates.selfSignedLeaf("one").key(certificateKind).issue();
        TestCertificate other =
                TestCertificates.selfSignedLeaf("other").key(keyKind).issue();
        KeyFiles files = new KeyFiles(
                one.writeTo(dir, "one").certificate(),
                other.writeTo(dir, "other").key());
        assertThatThrownBy(() -> KeyMaterial.load(files))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(files.key() + ": does not fit the certificate " + files.certificate())
                .hasMessageContaining(one.pin().toString())
                .hasMessageContaining(other.pin().toString());
    }

    @Test
    void problemsOfBothFilesAreToldAtOnce() {
        KeyFiles files = new KeyFiles(dir.resolve("no.crt"), dir.resolve("no.key"));
        assertThatThrownBy(() -> KeyMaterial.load(files))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.problems()).hasSize(2))
                .hasMessageContaining("no.crt: there is no such file")
                .hasMessageContaining("no.key: there is no such file");
    }

    @ParameterizedTest
    @CsvSource({"rw-r--r--", "rw-r-----", "rw-----w-", "rw--w----", "rw----r--"})
    void keyFileThatOthersCanReachIsRefusedWithTheRemedy(String permissions) throws Exception {
        for (KeyFiles files : List.of(
                TestCertificates.selfSigned("a").writeTo(dir, "apart"),
                TestCertificates.selfSigned("b").writeJoinedTo(dir, "joined"))) {
            Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString(permissions));
            assertThatThrownBy(() -> KeyMaterial.load(files)).hasMessageContaining("chmod 600 " + files.key());
        }
    }

    @Test
    void groupMayReadWhatRootHandsToAService() {
        var groupReadable = PosixFilePermissions.fromString("r--r-----");
        assertThat(PrivateFile.objection(groupReadable, true, false)).isNull();
        assertThat(PrivateFile.objection(groupReadable, true, true)).isNotNull();
        assertThat(PrivateFile.objection(groupReadable, false, false)).isNotNull();
        assertThat(PrivateFile.objection(PosixFilePermissions.fromString("r--r--r--"), true, false))
                .isNotNull();
        assertThat(PrivateFile.objection(PosixFilePermissions.fromString("rw-rw----"), true, false))
                .isNotNull();
    }

    @Test
    void symbolicLinkLeadsToTheFileThatCounts() throws Exception {
        KeyFiles files = TestCertificates.selfSigned("a").writeTo(dir);
        Path link = Files.createSymbolicLink(dir.resolve("link.key"), files.key());
        assertThat(KeyMaterial.load(new KeyFiles(files.certificate(), link)).chain())
                .hasSize(1);
        Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> KeyMaterial.load(new KeyFiles(files.certificate(), link)))
                .hasMessageContaining("chmod 600");
    }

    @Test
    void pemOfTheMaterialReadsBackAndItsTextShowsNoKey() throws Exception {
        TestCertificate made =
                TestCertificates.authority().intermediate("Middle").issue("localhost");
        KeyMaterial material = KeyMaterial.load(made.writeTo(dir));
        String joined = new String(material.chainPem(), StandardCharsets.US_ASCII)
                + new String(material.keyPem(), StandardCharsets.US_ASCII);
        Path file = write(dir.resolve("again.pem"), joined);
        assertThat(KeyMaterial.load(new KeyFiles(file, file))).isEqualTo(material);
        assertThat(material.toString())
                .contains("localhost", Pin.of(made.certificate()).toString())
                .doesNotContain("PrivateKey", "PRIVATE");
    }
}
