package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.OperatorException;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSsl;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrlFileTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority();
    private static final TestCertificates.Authority OTHER = TestCertificates.authority();

    @TempDir
    private Path dir;

    private Path file(String text) {
        return TestCertificate.write(dir.resolve("ca.crl"), text);
    }

    @Test
    void pemFileMayHoldSeveralAndOtherBlocksBetween() throws Exception {
        String text = "comment\n" + TestCrl.of(CA).pem() + CA.pem()
                + TestCrl.of(OTHER).pem();
        assertThat(CrlFile.read(file(text)))
                .extracting(X509CRL::getIssuerX500Principal)
                .containsExactly(
                        CA.certificate().getSubjectX500Principal(),
                        OTHER.certificate().getSubjectX500Principal());
        assertThat(CrlFile.read(file(text.replace("\n", "\r\n")))).hasSize(2);
    }

    @Test
    void derFileMayHoldSeveral() throws Exception {
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.write(TestCrl.of(CA).sign().getEncoded());
        der.write(TestCrl.of(OTHER).sign().getEncoded());
        Path file = Files.write(dir.resolve("der.crl"), der.toByteArray());
        assertThat(CrlFile.read(file)).hasSize(2);
        der.write(7);
        Files.write(file, der.toByteArray());
        assertThatThrownBy(() -> CrlFile.read(file)).isInstanceOf(OperatorException.class);
    }

    @Test
    @NeedsCommand("openssl")
    void listMadeByOpenSslIsRead() throws Exception {
        Path pem = file(TestCrl.of(CA).pem());
        OpenSsl.in(dir).run("crl -in " + pem + " -outform DER -out converted.der");
        assertThat(CrlFile.read(dir.resolve("converted.der"))).isEqualTo(CrlFile.read(pem));
    }

    @Test
    void whatIsNoListIsToldWithItsPlace() {
        assertThatThrownBy(() -> CrlFile.read(dir.resolve("none"))).hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> CrlFile.read(dir)).hasMessageContaining("is not a regular file");
        assertThatThrownBy(() -> CrlFile.read(file(""))).hasMessageContaining("is empty");
        assertThatThrownBy(() -> CrlFile.read(file(CA.pem()))).hasMessageContaining("holds no revocation list");
        String pem = TestCrl.of(CA).pem();
        assertThatThrownBy(() -> CrlFile.read(file("x\n" + pem.substring(0, pem.length() / 2))))
                .hasMessageContaining("ca.crl:2: the block X509 CRL has no end");
        assertThatThrownBy(() -> CrlFile.read(file(pem.replaceFirst("\n", "\n!"))))
                .hasMessageContaining("ca.crl:1: the block X509 CRL is damaged: it is not Base64");
        assertThatThrownBy(() -> CrlFile.read(file("-----BEGIN X509 CRL-----\nMAMCAQE=\n-----END X509 CRL-----\n")))
                .hasMessageContaining("ca.crl:1: this is no revocation list (CRL), or a damaged one");
    }
}
