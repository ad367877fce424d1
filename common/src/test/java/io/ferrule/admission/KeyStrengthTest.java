package io.ferrule.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.TestCertificates;
import java.security.cert.X509Certificate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyStrengthTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority();

    @ParameterizedTest
    @CsvSource({"RSA, 0", "P-256, 128", "P-384, 192", "P-521, 256", "Ed25519, 128"})
    void aKeySufficesUpToItsStrength(String key, int bits) {
        X509Certificate own =
                TestCertificates.selfSignedLeaf("a.test").key(key).issue().certificate();
        assertThat(new KeyStrength(bits).problem(own)).isEmpty();
        assertThat(new KeyStrength(bits == 0 ? 113 : bits + 5).problem(own))
                .hasValueSatisfying(why -> assertThat(why).contains("its key has"));
    }

    @ParameterizedTest
    @CsvSource({"128, true", "192, false"})
    void theSignatureOfWhoIssuedItCountsToo(int bits, boolean suffices) {
        X509Certificate issued = CA.leaf("a.test").key("P-521").issue().certificate(); // signed with SHA-256
        assertThat(new KeyStrength(bits).problem(issued).isEmpty()).isEqualTo(suffices);
    }
}
