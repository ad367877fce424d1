package io.ferrule.admission;

import static io.ferrule.admission.Verdicts.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ferrule.config.Access;
import io.ferrule.config.NamePattern;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCertificates.Authority;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityRuleTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Authority ROOT = TestCertificates.authority("Root");

    private static PeerVerifier server(Clock clock, X509Certificate... bundle) {
        return PeerRules.server(
                new ServerTrust.Authority(Path.of("ca.crt")),
                Revocation.NONE,
                TrustMaterial.of(List.of(bundle)),
                "redis.example",
                clock);
    }

    private static PeerVerifier server(X509Certificate... bundle) {
        return server(CLOCK, bundle);
    }

    private static PeerVerifier client(X509Certificate... bundle) {
        return PeerRules.client(
                        "redis",
                        Access.Clients.signed(Path.of("ca.crt"), List.of(NamePattern.parse("*"))),
                        Revocation.NONE,
                        TrustMaterial.of(List.of(bundle)),
                        new InvitedClients(),
                        CLOCK)
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "P-256", "P-384", "Ed25519"})
    void leafOfTheAuthorityIsTrusted(String key) {
        TestCertificate leaf = ROOT.leaf("redis.example").key(key).issue();
        assertThat(server(ROOT.certificate()).verify(leaf.chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void intermediatesAreFoundInAnyOrder() {
        TestCertificate leaf =
                ROOT.intermediate("Middle").intermediate("Issuing").issue("redis.example");
        PeerVerifier verifier = server(TestCertificates.authority().certificate(), ROOT.certificate());
        assertThat(leaf.chain()).hasSize(3);
        assertThat(verifier.verify(leaf.chain())).isEqualTo(Verdict.TRUSTED);
        List<X509Certificate> shuffled = new ArrayList<>(leaf.chain());
        Collections.swap(shuffled, 1, 2);
        assertThat(verifier.verify(shuffled)).isEqualTo(Verdict.TRUSTED);
        shuffled.add(ROOT.certificate());
        assertThat(verifier.verify(shuffled)).isEqualTo(Verdict.TRUSTED);
        assertRefused(verifier.verify(List.of(leaf.certificate())), HandshakeFailure.UNTRUSTED);
    }

    @Test
    void intermediateInTheBundleIsAnAuthorityToo() {
        Authority issuing = ROOT.intermediate("Issuing");
        TestCertificate leaf = issuing.issue("redis.example");
        assertThat(server(issuing.certificate()).verify(List.of(leaf.certificate())))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void authorityOfTheSameNameWithAnotherKeyIsUntrusted() {
        Authority forged = TestCertificates.authority("Root");
        TestCertificate leaf = forged.issue("redis.example");
        assertRefused(server(ROOT.certificate()).verify(leaf.chain()), HandshakeFailure.UNTRUSTED);
        assertRefused(
                server(ROOT.certificate()).verify(List.of(leaf.certificate(), ROOT.certificate())),
                HandshakeFailure.UNTRUSTED);
    }

    @Test
    void selfSignedCertificateIsTrustedOnlyIfTheBundleHoldsIt() {
        TestCertificate self = TestCertificates.selfSigned("redis.example");
        TestCertificate twin =
                TestCertificates.selfSignedLeaf("redis.example").keyOf(self).issue();
        assertThat(server(self.certificate()).verify(self.chain())).isEqualTo(Verdict.TRUSTED);
        assertRefused(server(ROOT.certificate()).verify(self.chain()), HandshakeFailure.UNTRUSTED);
        assertRefused(server(self.certificate()).verify(twin.chain()), HandshakeFailure.UNTRUSTED);
        assertRefused(server(self.certificate(), ROOT.certificate()).verify(twin.chain()), HandshakeFailure.UNTRUSTED);
    }

    @Test
    void selfSignedCertificateInTheBundleIsJudgedLikeEveryOther() {
        TestCertificate otherName = TestCertificates.selfSigned("other.example");
        assertRefused(server(otherName.certificate()).verify(otherName.chain()), HandshakeFailure.NAME_MISMATCH);
        TestCertificate expired =
                TestCertificates.selfSignedLeaf("redis.example").expired().issue();
        assertRefused(server(expired.certificate()).verify(expired.chain()), HandshakeFailure.EXPIRED);
        TestCertificate clientOnly = TestCertificates.selfSignedLeaf("redis.example")
                .onlyForClients()
                .issue();
        assertRefused(server(clientOnly.certificate()).verify(clientOnly.chain()), HandshakeFailure.UNTRUSTED);
    }

    @Test
    void leafIsNoAuthorityForOthers() {
        TestCertificate leaf = ROOT.issue("middle");
        TestCertificate below = new Authority(leaf, List.of(leaf.certificate())).issue("redis.example");
        assertRefused(server(ROOT.certificate()).verify(below.chain()), HandshakeFailure.UNTRUSTED);
        TestCertificate self = TestCertificates.selfSigned("self");
        TestCertificate belowSelf = new Authority(self, List.of()).issue("redis.example");
        assertRefused(server(self.certificate()).verify(belowSelf.chain()), HandshakeFailure.UNTRUSTED);
        assertRefused(
                server(self.certificate(), ROOT.certificate()).verify(belowSelf.chain()), HandshakeFailure.UNTRUSTED);
    }

    @Test
    void datesOfTheLeafAreJudged() {
        assertRefused(
                server(ROOT.certificate())
                        .verify(ROOT.leaf("redis.example").expired().issue().chain()),
                HandshakeFailure.EXPIRED);
        assertRefused(
                server(ROOT.certificate())
                        .verify(ROOT.leaf("redis.example").notYetValid().issue().chain()),
                HandshakeFailure.NOT_YET_VALID);
    }

    @Test
    void expiredAuthoritiesAreNotUsed() {
        Instant later = Instant.now().plus(Duration.ofDays(60));
        TestCertificate longLived = ROOT.leaf("redis.example")
                .validity(Instant.now().minusSeconds(60), later.plusSeconds(60))
                .issue();
        Clock then = Clock.offset(CLOCK, Duration.ofDays(60));
        assertThat(server(ROOT.certificate()).verify(longLived.chain())).isEqualTo(Verdict.TRUSTED);
        assertRefused(server(then, ROOT.certificate()).verify(longLived.chain()), HandshakeFailure.EXPIRED);
    }

    @Test
    void expiredIntermediateIsRefusedAsExpired() {
        Authority issuing = ROOT.intermediateValid(
                "Issuing",
                Instant.now().minus(Duration.ofDays(9)),
                Instant.now().minus(Duration.ofMinutes(30)));
        assertRefused(
                server(ROOT.certificate()).verify(issuing.issue("redis.example").chain()), HandshakeFailure.EXPIRED);
    }

    @Test
    void purposeIsJudgedForBothEnds() {
        TestCertificate forServers = ROOT.leaf("redis.example").onlyForServers().issue();
        TestCertificate forClients = ROOT.leaf("redis.example").onlyForClients().issue();
        TestCertificate forAll = ROOT.leaf("redis.example").forAnyPurpose().issue();
        assertThat(server(ROOT.certificate()).verify(forServers.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(client(ROOT.certificate()).verify(forClients.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(server(ROOT.certificate()).verify(forAll.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(client(ROOT.certificate()).verify(forAll.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(assertRefused(server(ROOT.certificate()).verify(forClients.chain()), HandshakeFailure.UNTRUSTED)
                        .explanation())
                .contains("extended key usage");
        assertRefused(client(ROOT.certificate()).verify(forServers.chain()), HandshakeFailure.UNTRUSTED);
    }

    @Test
    void trustedChainWithAnotherNameIsANameMismatch() {
        TestCertificate leaf =
                ROOT.leaf("redis.example").withoutNames().names("other.example").issue();
        assertThat(assertRefused(server(ROOT.certificate()).verify(leaf.chain()), HandshakeFailure.NAME_MISMATCH)
                        .explanation())
                .contains("not issued for redis.example; it carries cn:redis.example, dns:other.example");
    }

    @Test
    void hugeChainIsJudgedQuickly() {
        List<X509Certificate> chain =
                new ArrayList<>(ROOT.issue("redis.example").chain());
        Authority other = TestCertificates.authority("Root");
        for (int i = 0; i < 200; i++) {
            chain.add(other.certificate());
        }
        assertThat(server(ROOT.certificate()).verify(chain)).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void noCertificateIsRefused() {
        assertRefused(server(ROOT.certificate()).verify(List.of()), HandshakeFailure.NO_CERTIFICATE);
        assertRefused(client(ROOT.certificate()).verify(List.of()), HandshakeFailure.NO_CERTIFICATE);
    }

    @Test
    void errorInAJudgementRefuses() {
        Clock broken = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return java.time.ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                throw new IllegalStateException("no time");
            }
        };
        assertThat(assertRefused(
                                server(broken, ROOT.certificate())
                                        .verify(ROOT.issue("redis.example").chain()),
                                HandshakeFailure.UNTRUSTED)
                        .explanation())
                .contains("no time");
    }

    @Test
    void emptyBundleIsNoRule() {
        assertThatIllegalArgumentException().isThrownBy(() -> server());
        assertThatIllegalArgumentException().isThrownBy(() -> client());
    }
}
