package io.ferrule.admission;

import static io.ferrule.admission.Verdicts.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredCertificateRuleTest {
    private final TestCertificate server = TestCertificates.selfSigned("redis");
    private final TestCertificate other = TestCertificates.selfSigned("redis");

    private static PeerVerifier storing(boolean allowExpired, X509Certificate... stored) {
        return PeerRules.server(
                new ServerTrust.StoredCertificate(Path.of("stored.crt"), allowExpired),
                Revocation.NONE,
                TrustMaterial.of(List.of(stored)),
                "redis",
                Clock.systemUTC());
    }

    @Test
    void oneOfTheStoredCertificatesIsTrusted() {
        PeerVerifier verifier = storing(false, other.certificate(), server.certificate());
        assertThat(verifier.verify(server.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(verifier.verify(other.chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void renewalWithSameSubjectAndKeyIsTrusted() {
        TestCertificate renewed =
                TestCertificates.selfSignedLeaf("redis").keyOf(server).issue();
        assertThat(renewed.certificate()).isNotEqualTo(server.certificate());
        assertThat(storing(false, server.certificate()).verify(renewed.chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void sameSubjectWithAnotherKeyIsRefused() {
        assertThat(assertRefused(
                                storing(false, server.certificate()).verify(other.chain()),
                                HandshakeFailure.CERTIFICATE_MISMATCH)
                        .explanation())
                .contains("CN=redis " + server.pin(), other.pin().toString());
    }

    @Test
    void sameKeyUnderAnotherSubjectIsRefused() {
        TestCertificate renamed =
                TestCertificates.selfSignedLeaf("renamed").keyOf(server).issue();
        assertRefused(
                storing(false, server.certificate()).verify(renamed.chain()), HandshakeFailure.CERTIFICATE_MISMATCH);
    }

    @Test
    void storedCertificateFurtherUpVouchesForNothing() {
        assertRefused(
                storing(false, server.certificate()).verify(List.of(other.certificate(), server.certificate())),
                HandshakeFailure.CERTIFICATE_MISMATCH);
    }

    @Test
    void presentedDatesCountAndNotTheStoredOnes() {
        TestCertificate expired =
                TestCertificates.selfSignedLeaf("redis").keyOf(server).expired().issue();
        assertRefused(storing(false, server.certificate()).verify(expired.chain()), HandshakeFailure.EXPIRED);
        assertThat(storing(true, server.certificate()).verify(expired.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(storing(false, expired.certificate()).verify(server.chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void noStoredCertificateIsNoRule() {
        assertThatIllegalArgumentException().isThrownBy(() -> storing(false));
    }
}
