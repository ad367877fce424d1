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
import io.ferrule.testing.TestCertificates.Authority;
import io.ferrule.testing.TestCrl;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RevocationListsTest {
    private static final Authority ROOT = TestCertificates.authority();
    private static final Authority ISSUING = ROOT.intermediate("Issuing");
    private static final TestCertificate GOOD = ISSUING.issue("redis.example");
    private static final TestCertificate BAD = ISSUING.issue("redis.example");
    private static final List<X509Certificate> BOTH = List.of(ROOT.certificate(), ISSUING.certificate());

    private static PeerVerifier rule(boolean allowUnknown, List<X509Certificate> bundle, X509CRL... crls) {
        Revocation revocation = new Revocation(
                List.of(Path.of("a.crl")), Revocation.Ocsp.OFF, null, Duration.ofSeconds(5), allowUnknown, null);
        return PeerRules.server(
                new ServerTrust.Authority(Path.of("ca.crt")),
                revocation,
                new TrustMaterial(bundle, List.of(crls), new DenyList()),
                "redis.example",
                Clock.systemUTC());
    }

    private static final X509CRL OF_ROOT = TestCrl.of(ROOT).sign();
    private static final X509CRL OF_ISSUING =
            TestCrl.of(ISSUING).revoking(BAD.certificate()).sign();

    @Test
    void listedCertificateIsRefusedWithSerialDateAndReason() {
        PeerVerifier rule = rule(false, BOTH, OF_ROOT, OF_ISSUING);
        assertThat(rule.verify(GOOD.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(assertRefused(rule.verify(BAD.chain()), HandshakeFailure.REVOKED)
                        .explanation())
                .contains("serial " + BAD.certificate().getSerialNumber().toString(16))
                .contains("was revoked on 20")
                .contains("by CN=Issuing, reason: key compromise");
    }

    @Test
    void revokedIntermediateOfTheBundleIsNoAnchorToHideBehind() {
        X509CRL root = TestCrl.of(ROOT).revoking(ISSUING.certificate()).sign();
        PeerVerifier rule = rule(true, BOTH, root, OF_ISSUING);
        assertRefused(rule.verify(GOOD.chain()), HandshakeFailure.REVOKED);
        assertRefused(rule.verify(List.of(GOOD.certificate())), HandshakeFailure.REVOKED);
    }

    @Test
    void missingListOfAnIssuerRefusesUnlessAllowed() {
        assertThat(assertRefused(rule(false, BOTH, OF_ISSUING).verify(GOOD.chain()), HandshakeFailure.STATUS_UNKNOWN)
                        .explanation())
                .contains("there is no revocation list");
        assertRefused(rule(false, BOTH, OF_ROOT).verify(GOOD.chain()), HandshakeFailure.STATUS_UNKNOWN);
        assertThat(rule(true, BOTH, OF_ROOT).verify(GOOD.chain())).isEqualTo(Verdict.TRUSTED);
        assertRefused(rule(true, BOTH, OF_ISSUING).verify(BAD.chain()), HandshakeFailure.REVOKED);
    }

    @Test
    void endedListRefusesUnlessAllowedAndStillNamesTheRevoked() {
        X509CRL ended = TestCrl.from(ISSUING, Instant.now().minus(Duration.ofDays(2)))
                .until(Instant.now().minus(Duration.ofDays(1)))
                .revoking(BAD.certificate())
                .sign();
        assertThat(assertRefused(
                                rule(false, BOTH, OF_ROOT, ended).verify(GOOD.chain()), HandshakeFailure.STATUS_UNKNOWN)
                        .explanation())
                .contains("ended on");
        assertThat(rule(true, BOTH, OF_ROOT, ended).verify(GOOD.chain())).isEqualTo(Verdict.TRUSTED);
        assertRefused(rule(true, BOTH, OF_ROOT, ended).verify(BAD.chain()), HandshakeFailure.REVOKED);
    }

    @Test
    void newestOfSeveralListsCounts() {
        X509CRL older = TestCrl.from(ISSUING, Instant.now().minus(Duration.ofDays(1)))
                .revoking(GOOD.certificate())
                .sign();
        assertThat(rule(false, BOTH, OF_ROOT, older, OF_ISSUING).verify(GOOD.chain()))
                .as("released from hold")
                .isEqualTo(Verdict.TRUSTED);
        X509CRL future = TestCrl.from(ISSUING, Instant.now().plus(Duration.ofDays(1)))
                .revoking(GOOD.certificate())
                .sign();
        assertThat(rule(false, BOTH, OF_ROOT, OF_ISSUING, future).verify(GOOD.chain()))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void revokedOneIsRefusedWhateverItsNameIs() {
        TestCertificate other = ISSUING.issue("other.example");
        X509CRL crl = TestCrl.of(ISSUING).revoking(other.certificate()).sign();
        assertRefused(rule(false, BOTH, OF_ROOT, crl).verify(other.chain()), HandshakeFailure.REVOKED);
    }

    @Test
    void listsThatAreNotUnderstoodAreTheOperatorsError() throws Exception {
        assertThat(RevocationLists.problem(TestCrl.of(ROOT).delta().sign(), BOTH))
                .hasValueSatisfying(p -> assertThat(p).contains("delta"));
        assertThat(RevocationLists.problem(TestCrl.of(ROOT).ofLeavesOnly().sign(), BOTH))
                .hasValueSatisfying(p -> assertThat(p).contains("issuing distribution point"));
        assertThat(RevocationLists.problem(TestCrl.of(ROOT).until(null).sign(), BOTH))
                .hasValueSatisfying(p -> assertThat(p).contains("nextUpdate"));
        assertThat(RevocationLists.problem(OF_ISSUING, List.of(ROOT.certificate())))
                .hasValueSatisfying(p -> assertThat(p).contains("is not signed by an authority of the bundle"));
        assertThat(RevocationLists.problem(OF_ROOT, BOTH)).isEmpty();
    }

    @Test
    void forgedListIsTheOperatorsErrorToo() {
        Authority forger = TestCertificates.authority("Same Name");
        Authority real = TestCertificates.authority("Same Name");
        assertThat(RevocationLists.problem(TestCrl.of(forger).sign(), List.of(real.certificate())))
                .isPresent();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule(
                        false, List.of(real.certificate()), TestCrl.of(forger).sign()));
    }

    @Test
    void configuredButMissingListsAreNoRule() {
        assertThatIllegalArgumentException().isThrownBy(() -> rule(false, BOTH));
    }

    @Test
    void largeListIsNotReadAgainAtEachHandshake() {
        X509CRL large =
                TestCrl.of(ISSUING).filled(50_000).revoking(BAD.certificate()).sign();
        PeerVerifier rule = rule(false, BOTH, OF_ROOT, large);
        assertRefused(rule.verify(BAD.chain()), HandshakeFailure.REVOKED);
        long began = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            assertThat(rule.verify(GOOD.chain())).isEqualTo(Verdict.TRUSTED);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("200 verdicts; verifying the list each time takes some 10 ms each")
                .isLessThan(Duration.ofSeconds(10));
    }
}
