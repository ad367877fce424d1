package io.ferrule.admission;

import static io.ferrule.admission.Verdicts.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ferrule.config.Access;
import io.ferrule.config.NamePattern;
import io.ferrule.config.NamePattern.Kind;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Verification;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerCheck;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerificationRuleTest {
    private static final Authority CA = TestCertificates.authority("CA");
    private static final TestCertificate STORED = CA.issue("stored.test");
    private static final TestCertificate SIBLING = CA.issue("sibling.test");
    private static final TestCertificate STRANGER =
            TestCertificates.authority("Other").issue("stored.test");

    /** Those that come, by the words of the table. */
    private static final Map<String, List<X509Certificate>> SHOWN = Map.of(
            "nothing", List.of(), "stored", STORED.chain(), "sibling", SIBLING.chain(), "stranger", STRANGER.chain());

    private static Verification asked(boolean required, boolean chain, boolean stored, NamePattern... names) {
        return new Verification(required, chain, stored, List.of(Path.of("ca.pem")), List.of(names));
    }

    /** As stunnel's manual has it for {@code verify}. */
    private static Verification level(int verify) {
        return asked(verify >= 2, verify >= 1 && verify <= 3, verify >= 3);
    }

    private static List<X509Certificate> bundle(int verify) {
        return switch (verify) {
            case 3 -> List.of(CA.certificate(), STORED.certificate());
            case 4 -> List.of(STORED.certificate());
            default -> List.of(CA.certificate());
        };
    }

    private static PeerVerifier client(Verification asked, List<X509Certificate> trusted) {
        return PeerRules.client(
                        "t",
                        new Access.Verified(asked),
                        Revocation.NONE,
                        TrustMaterial.of(trusted),
                        new InvitedClients(),
                        Clock.systemUTC())
                .orElseThrow();
    }

    private static PeerVerifier server(Verification asked, Revocation revocation, TrustMaterial material) {
        return PeerRules.server(
                new ServerTrust.Verified(asked), revocation, material, "nobody.test", Clock.systemUTC());
    }

    private static PeerVerifier server(Verification asked, X509Certificate... trusted) {
        return server(asked, Revocation.NONE, TrustMaterial.of(List.of(trusted)));
    }

    private static NamePattern name(Kind kind, String name) {
        return new NamePattern(kind, name);
    }

    @ParameterizedTest
    @CsvSource({
        "0, nothing,",
        "0, stored,",
        "0, stranger,",
        "0, sibling,",
        "1, nothing,",
        "1, stored,",
        "1, stranger, UNTRUSTED",
        "1, sibling,",
        "2, nothing, NO_CERTIFICATE",
        "2, stored,",
        "2, stranger, UNTRUSTED",
        "2, sibling,",
        "3, nothing, NO_CERTIFICATE",
        "3, stored,",
        "3, stranger, UNTRUSTED",
        "3, sibling, CERTIFICATE_MISMATCH",
        "4, nothing, NO_CERTIFICATE",
        "4, stored,",
        "4, stranger, CERTIFICATE_MISMATCH",
        "4, sibling, CERTIFICATE_MISMATCH"
    })
    void everyLevelOfVerifyJudgesClientsAsStunnelDoes(int verify, String shown, @Nullable HandshakeFailure failure) {
        Access access = new Access.Verified(level(verify));
        PeerCheck check = new PeerCheck(client(level(verify), bundle(verify)), access.needsCertificate(), null);
        Verdict verdict = check.judge(requireNonNull(SHOWN.get(shown)));
        if (failure == null) {
            assertThat(verdict).isEqualTo(Verdict.TRUSTED);
        } else {
            assertRefused(verdict, failure);
        }
    }

    @Test
    void aServerIsJudgedWhetherOrNotACertificateIsRequired() {
        for (boolean required : new boolean[] {true, false}) {
            PeerVerifier verifier = server(asked(required, true, false), CA.certificate());
            assertThat(verifier.verify(STORED.chain())).isEqualTo(Verdict.TRUSTED);
            assertRefused(verifier.verify(STRANGER.chain()), HandshakeFailure.UNTRUSTED);
            assertRefused(verifier.verify(List.of()), HandshakeFailure.NO_CERTIFICATE);
        }
    }

    @Test
    void aServerThatNothingVerifiesMayBeAnybodyAndThatIsSaid() {
        PeerVerifier verifier = server(asked(false, false, false));
        assertThat(verifier.verify(STRANGER.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(verifier.words())
                .containsExactly("Nothing proves who the server is: any certificate will do, so anybody on the way can"
                        + " pass for it, and read and change everything.");
    }

    @Test
    void oneOfTheNamesIsEnoughAndNoneIsNot() {
        NamePattern[] names = {name(Kind.HOST, "other.test"), name(Kind.EMAIL, "a@b.test"), name(Kind.IP, "10.0.0.1")};
        PeerVerifier verifier = server(asked(true, true, false, names), CA.certificate());
        assertThat(verifier.verify(CA.issue("x", "10.0.0.1").chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(verifier.verify(CA.leaf("x").email("a@b.test").issue().chain()))
                .isEqualTo(Verdict.TRUSTED);
        assertThat(verifier.verify(CA.issue("other.test").chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(assertRefused(verifier.verify(STORED.chain()), HandshakeFailure.NAME_MISMATCH)
                        .explanation())
                .contains("not issued for host:other.test or email:a@b.test or ip:10.0.0.1", "dns:stored.test");
    }

    @Test
    void namesCountWithAStoredCertificateAndWithoutAnyProofToo() {
        Verification stored = asked(true, false, true, name(Kind.HOST, "other.test"));
        assertRefused(server(stored, STORED.certificate()).verify(STORED.chain()), HandshakeFailure.NAME_MISMATCH);
        Verification unproven = asked(true, false, false, name(Kind.HOST, "other.test"));
        assertRefused(server(unproven).verify(STORED.chain()), HandshakeFailure.NAME_MISMATCH);
        assertThat(server(unproven).verify(CA.issue("other.test").chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void aStoredCertificateIsRefusedOutsideItsDatesAndKnownAgainWhenRenewed() {
        Verification stored = asked(true, false, true);
        TestCertificate expired = CA.leaf("stored.test").keyOf(STORED).expired().issue();
        TestCertificate renewed = CA.leaf("stored.test").keyOf(STORED).issue();
        assertRefused(client(stored, List.of(STORED.certificate())).verify(expired.chain()), HandshakeFailure.EXPIRED);
        assertThat(client(stored, List.of(STORED.certificate())).verify(renewed.chain()))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void aStoredCertificateWhoseChainLeadsNowhereIsRefusedWhereBothAreAsked() {
        TestCertificate self = TestCertificates.selfSigned("self.test");
        TestCertificate twin =
                TestCertificates.selfSignedLeaf("self.test").keyOf(self).issue();
        Verification both = asked(true, true, true);
        assertThat(server(both, CA.certificate(), self.certificate()).verify(self.chain()))
                .isEqualTo(Verdict.TRUSTED);
        assertRefused(
                server(both, CA.certificate(), self.certificate()).verify(twin.chain()), HandshakeFailure.UNTRUSTED);
        assertThat(server(asked(true, false, true), self.certificate()).verify(twin.chain()))
                .isEqualTo(Verdict.TRUSTED);
    }

    /** Tried with stunnel 5.68: "unable to get issuer certificate". */
    @Test
    void anIntermediateAuthorityIsAPartOfTheChainAndNotItsEnd() {
        Authority issuing = CA.intermediate("Issuing");
        TestCertificate leaf = issuing.issue("leaf.test");
        Verification chain = asked(true, true, false);
        List<X509Certificate> alone = List.of(leaf.certificate());
        assertRefused(server(chain, issuing.certificate()).verify(leaf.chain()), HandshakeFailure.UNTRUSTED);
        assertRefused(server(chain, issuing.certificate()).verify(alone), HandshakeFailure.UNTRUSTED);
        assertRefused(server(chain, CA.certificate()).verify(alone), HandshakeFailure.UNTRUSTED);
        assertThat(server(chain, CA.certificate()).verify(leaf.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(server(chain, CA.certificate(), issuing.certificate()).verify(alone))
                .isEqualTo(Verdict.TRUSTED);
        assertRefused(
                server(chain, TestCertificates.authority().certificate(), issuing.certificate())
                        .verify(leaf.chain()),
                HandshakeFailure.UNTRUSTED);
    }

    @Test
    void aCertificateForTheOtherEndIsRefusedByItsChain() {
        TestCertificate forServers = CA.leaf("stored.test").onlyForServers().issue();
        assertRefused(
                client(asked(true, true, false), List.of(CA.certificate())).verify(forServers.chain()),
                HandshakeFailure.UNTRUSTED);
        assertThat(server(asked(true, true, false), CA.certificate()).verify(forServers.chain()))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void aRevokedCertificateIsRefusedByItsChain() {
        X509CRL crl = TestCrl.of(CA).revoking(STORED.certificate()).sign();
        TrustMaterial material = new TrustMaterial(List.of(CA.certificate()), List.of(crl), new DenyList());
        PeerVerifier verifier = server(asked(true, true, false), lists(), material);
        assertRefused(verifier.verify(STORED.chain()), HandshakeFailure.REVOKED);
        assertThat(verifier.verify(SIBLING.chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void revocationWithoutAChainIsNoRuleAndNotIgnored() {
        X509CRL crl = TestCrl.of(CA).revoking(STORED.certificate()).sign();
        List<X509Certificate> both = List.of(CA.certificate(), STORED.certificate());
        TrustMaterial material = new TrustMaterial(both, List.of(crl), new DenyList());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server(asked(true, false, true), lists(), material))
                .withMessageContaining("set verifyChain");
        Revocation ocsp = new Revocation(List.of(), Revocation.Ocsp.AIA, null, Duration.ofSeconds(1), false, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server(asked(true, false, false), ocsp, TrustMaterial.none()))
                .withMessageContaining("set verifyChain");
    }

    private static Revocation lists() {
        return new Revocation(
                List.of(Path.of("crl.pem")), Revocation.Ocsp.OFF, null, Duration.ofSeconds(1), false, null);
    }

    @Test
    void noCertificateToVerifyByIsNoRule() {
        for (Verification asked :
                List.of(asked(true, true, false), asked(true, false, true), asked(false, true, true))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client(asked, List.of()))
                    .withMessageContaining("name some in CAfile or CApath");
            assertThatIllegalArgumentException().isThrownBy(() -> server(asked));
        }
    }

    @Test
    void wordsTellAllThatIsAsked() {
        Verification all = asked(true, true, true, name(Kind.HOST, "stored.test"));
        assertThat(client(all, List.of(CA.certificate(), STORED.certificate())).words())
                .anySatisfy(word -> assertThat(word)
                        .startsWith("A client is known by a certificate that leads to CN=CA")
                        .endsWith("if it carries host:stored.test."))
                .anySatisfy(word -> assertThat(word).startsWith("A client is known by its certificate, which has"))
                .doesNotHaveDuplicates();
        assertThat(client(asked(false, false, false), List.of()).words())
                .containsExactly("A certificate proves nothing of a client: any will do, and anybody can make one.");
        Verification named = asked(true, false, true, name(Kind.HOST, "stored.test"));
        assertThat(server(named, STORED.certificate()).words()).contains("It has to carry host:stored.test.");
    }
}
