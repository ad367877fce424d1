package io.ferrule.pki;

import static io.ferrule.pki.Statuses.assertRevoked;
import static io.ferrule.pki.Statuses.assertUnknown;
import static io.ferrule.pki.Statuses.by;
import static io.ferrule.pki.Statuses.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Revocation;
import io.ferrule.config.Revocation.Ocsp;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.OcspResponder;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stapled responses are judged, and nobody is asked. */
class OcspStapleTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The begin of a response, its signed part among it; the certificate shown after it matters to delegates alone. */
    private static final int SIGNED_BYTES = 200;

    private final MovingClock clock = new MovingClock();
    private final OcspChecks checks = new OcspChecks(clock);
    private final TestCertificates.Authority ca = TestCertificates.authority();
    private final OcspResponder responder = OcspResponder.of(ca);
    private final TestCertificate server = ca.issue("localhost");

    @AfterEach
    void close() {
        responder.close();
        checks.close();
    }

    private StatusCheck check(Ocsp ocsp) {
        return check(by(ocsp));
    }

    private StatusCheck check(Revocation revocation) {
        return Objects.requireNonNull(checks.of(revocation, List.of(ca.certificate())));
    }

    private byte[] staple() {
        return responder.response(server.certificate());
    }

    @ParameterizedTest
    @EnumSource(
            value = Ocsp.class,
            names = {"OFF", "STAPLED", "AIA"})
    void goodStapleIsTrustedAtOnceAndNobodyIsAsked(Ocsp ocsp) {
        var verdict = check(ocsp).check(server.chain(), staple()).toCompletableFuture();
        assertThat(verdict).isCompletedWithValue(Verdict.TRUSTED);
        assertThat(responder.asked()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Ocsp.class,
            names = {"OFF", "STAPLED", "AIA"})
    void revokedStapleIsRefusedEvenWhereTheUnknownIsAllowed(Ocsp ocsp) {
        responder.revoke(server.certificate());
        Verdict verdict = verdict(check(by(ocsp, null, MINUTE, true)), server, staple());
        assertThat(assertRevoked(verdict))
                .contains(server.certificate().getSerialNumber().toString(16), "reason keyCompromise");
    }

    @Test
    void missingStapleIsRefusedOnlyWhereOneIsNeeded() {
        assertThat(verdict(check(Ocsp.OFF), server, null)).isEqualTo(Verdict.TRUSTED);
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, null))).contains("no OCSP response is stapled");
        assertThat(verdict(check(by(Ocsp.STAPLED, null, MINUTE, true)), server, null))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void certificateThatMustBeStapledNeedsAStaple() {
        TestCertificate strict = ca.leaf("localhost").mustStaple().issue();
        assertUnknown(verdict(check(Ocsp.OFF), strict, null));
        assertThat(verdict(check(Ocsp.OFF), strict, responder.response(strict.certificate())))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void continuedSessionStandsOnTheStapleOfItsBeginUntilThatEnds() {
        StatusCheck check = check(Ocsp.STAPLED);
        verdict(check, server, staple());
        assertThat(verdict(check, server, null)).isEqualTo(Verdict.TRUSTED);
        clock.jump(Duration.ofHours(2));
        assertUnknown(verdict(check, server, null));
    }

    @Test
    void olderGoodStapleDoesNotUndoANewerRevocation() {
        byte[] old = responder.time(Duration.ofMinutes(30), Duration.ofDays(7)).response(server.certificate());
        responder.revoke(server.certificate()).time(MINUTE, Duration.ofDays(7));
        StatusCheck check = check(Ocsp.STAPLED);
        assertRevoked(verdict(check, server, staple()));
        assertRevoked(verdict(check, server, old));
        responder.restore(server.certificate()).time(Duration.ZERO, Duration.ofDays(7));
        assertThat(verdict(check, server, staple())).isEqualTo(Verdict.TRUSTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-256", "P-384", "RSA", "Ed25519"})
    void delegatedResponderOfTheIssuerMaySign(String key) {
        responder.signBy(ca.leaf("responder").key(key).forSigningResponses().issue());
        assertThat(verdict(check(Ocsp.STAPLED), server, staple())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void delegateMustBeMeantForItAndBeWithinItsDates() {
        responder.signBy(ca.issue("localhost"));
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, staple())))
                .contains("OCSPSigning");
        responder.signBy(ca.leaf("responder").forSigningResponses().expired().issue());
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, staple())))
                .contains("expired");
    }

    @Test
    void strangersMayNotSign() {
        TestCertificates.Authority stranger = TestCertificates.authority();
        responder.signBy(stranger.identity());
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, staple())))
                .contains("not authorized");
        responder.signBy(stranger.leaf("responder").forSigningResponses().issue());
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, staple())))
                .contains("not authorized");
        // the authority's own name, with another key
        responder.signBy(TestCertificates.authority(commonName(ca)).identity());
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, staple())))
                .contains("signature");
    }

    private static String commonName(TestCertificates.Authority authority) {
        return authority.certificate().getSubjectX500Principal().getName().substring("CN=".length());
    }

    @Test
    void siblingAuthorityUnderTheSameRootMayNotSign() {
        TestCertificates.Authority one = ca.intermediate("one");
        TestCertificates.Authority two = ca.intermediate("two");
        TestCertificate leaf = one.issue("localhost");
        try (OcspResponder ofOne = OcspResponder.of(one)) {
            assertThat(verdict(check(Ocsp.STAPLED), leaf, ofOne.response(leaf.certificate())))
                    .isEqualTo(Verdict.TRUSTED);
            clock.jump(Duration.ofHours(2)); // forgets
            ofOne.time(Duration.ofHours(-2), Duration.ofHours(1))
                    .signBy(two.leaf("responder").forSigningResponses().issue());
            assertUnknown(verdict(check(Ocsp.STAPLED), leaf, ofOne.response(leaf.certificate())));
        }
    }

    @Test
    void issuerThatThePeerBringsCountsOnlyIfItLeadsToTheBundle() {
        TestCertificates.Authority impostor = TestCertificates.authority(commonName(ca));
        TestCertificate leaf = ca.intermediate("real").issue("localhost");
        TestCertificates.Authority sameName = impostor.intermediate("real");
        List<X509Certificate> chain = List.of(
                leaf.certificate(),
                sameName.certificate(),
                impostor.certificate(),
                leaf.chain().get(1));
        try (OcspResponder of = OcspResponder.of(sameName)) {
            assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), chain, of.response(leaf.certificate()))))
                    .contains("another certificate");
        }
    }

    @Test
    void responseAboutAnotherCertificateSaysNothing() {
        byte[] other = responder.response(ca.issue("localhost").certificate());
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, other))).contains("another certificate");
        TestCertificates.Authority twin = TestCertificates.authority();
        try (OcspResponder ofTwin = OcspResponder.of(twin)) {
            assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, ofTwin.response(server.certificate()))))
                    .contains("another certificate");
        }
    }

    @Test
    void responseOutsideItsTimeSaysNothing() {
        responder.time(Duration.ofDays(2), Duration.ofDays(1));
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, staple())))
                .contains("expired");
        responder.time(Duration.ofHours(-1), Duration.ofDays(1));
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, staple())))
                .contains("future");
    }

    @Test
    void clocksMayBeAFewMinutesApart() {
        responder.time(Duration.ofMinutes(-3), Duration.ofDays(1));
        assertThat(verdict(check(Ocsp.STAPLED), server, staple())).isEqualTo(Verdict.TRUSTED);
        TestCertificate other = ca.issue("localhost");
        responder.time(Duration.ofMinutes(63), Duration.ofHours(1));
        assertThat(verdict(check(Ocsp.STAPLED), other, responder.response(other.certificate())))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void responseWithoutEndHoldsForAMomentOnly() {
        responder.time(Duration.ofSeconds(10), Duration.ZERO);
        assertThat(verdict(check(Ocsp.STAPLED), server, staple())).isEqualTo(Verdict.TRUSTED);
        TestCertificate other = ca.issue("localhost");
        responder.time(Duration.ofMinutes(10), Duration.ZERO);
        assertUnknown(verdict(check(Ocsp.STAPLED), other, responder.response(other.certificate())));
    }

    @Test
    void sha1SignatureIsNotAccepted() {
        responder.signWith("SHA1withECDSA");
        assertThat(assertUnknown(verdict(check(Ocsp.STAPLED), server, staple())))
                .contains("algorithm");
    }

    @Test
    void certificateUnknownToTheResponderIsUnknown() {
        responder.forget(server.certificate());
        assertThat(assertUnknown(verdict(check(Ocsp.OFF), server, staple()))).contains("does not know");
    }

    @Test
    void damagedResponsesAreRefusedAndNeverThrow() {
        byte[] good = staple();
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] cut = Arrays.copyOf(good, random.nextInt(good.length));
            assertUnknown(verdict(check(Ocsp.STAPLED), server, cut));
            byte[] changed = good.clone();
            changed[random.nextInt(SIGNED_BYTES)] ^= (byte) (1 + random.nextInt(255));
            assertUnknown(verdict(check(Ocsp.STAPLED), server, changed));
        }
        assertUnknown(verdict(check(Ocsp.STAPLED), server, new byte[0]));
        assertUnknown(verdict(check(Ocsp.STAPLED), server, new byte[100_000]));
    }

    @Test
    void peerKnownByItsKeyIsNotAskedAbout() {
        StatusCheck check = check(Ocsp.STAPLED);
        assertThat(verdict(check, TestCertificates.selfSigned("localhost"), null))
                .isEqualTo(Verdict.TRUSTED);
        TestCertificates.Authority stranger = TestCertificates.authority().intermediate("Stranger");
        assertThat(verdict(check, stranger.issue("x"), null)).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void withoutBundleTheIssuerHasToBePresented() {
        assertThat(checks.of(by(Ocsp.OFF), List.of())).isNull();
        StatusCheck check = Objects.requireNonNull(checks.of(by(Ocsp.STAPLED), List.of()));
        List<X509Certificate> chain = List.of(server.certificate(), ca.certificate());
        assertUnknown(verdict(check, server, staple()));
        assertThat(verdict(check, chain, staple())).isEqualTo(Verdict.TRUSTED);
        assertUnknown(verdict(check, TestCertificates.selfSigned("localhost"), null));
    }
}
