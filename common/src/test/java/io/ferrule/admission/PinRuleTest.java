package io.ferrule.admission;

import static io.ferrule.admission.Verdicts.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Access;
import io.ferrule.config.Pin;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PinRuleTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private final TestCertificate server = TestCertificates.selfSigned("redis");
    private final TestCertificate other = TestCertificates.selfSigned("other");

    private static PeerVerifier pinned(boolean allowExpired, Pin... pins) {
        return PeerRules.server(
                new ServerTrust.Pins(List.of(pins), allowExpired),
                Revocation.NONE,
                TrustMaterial.none(),
                "redis",
                CLOCK);
    }

    @Test
    void anyOfSeveralPinsIsEnough() {
        assertThat(pinned(false, other.pin(), server.pin()).verify(server.chain()))
                .isEqualTo(Verdict.TRUSTED);
        assertThat(pinned(false, server.pin(), other.pin()).verify(server.chain()))
                .isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void renewalWithTheSameKeyKeepsItsPin() {
        TestCertificate renewed =
                TestCertificates.selfSignedLeaf("renewed").keyOf(server).issue();
        assertThat(pinned(false, server.pin()).verify(renewed.chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void wrongKeyIsRefusedWithThePresentedPinsReadyToPaste() {
        Verdict.Refused refused =
                assertRefused(pinned(false, other.pin()).verify(server.chain()), HandshakeFailure.PIN_MISMATCH);
        assertThat(refused.explanation())
                .startsWith(
                        "pin mismatch: expected " + other.pin() + "; the server presented:\n  0: CN=redis (expires 20")
                .contains(") " + server.pin() + "\n");
    }

    @Test
    void pinnedCertificateFurtherUpVouchesForNothing() {
        TestCertificates.Authority issuing = TestCertificates.authority().intermediate("Issuing");
        TestCertificate impostor = issuing.issue("redis");
        assertThat(impostor.chain()).contains(issuing.certificate());
        assertRefused(
                pinned(false, Pin.of(issuing.certificate())).verify(impostor.chain()), HandshakeFailure.PIN_MISMATCH);
        assertRefused(
                pinned(false, server.pin()).verify(List.of(other.certificate(), server.certificate())),
                HandshakeFailure.PIN_MISMATCH);
    }

    @Test
    void rightKeyOutsideItsDatesIsRefusedUnlessAllowed() {
        TestCertificate expired =
                TestCertificates.selfSignedLeaf("redis").expired().issue();
        TestCertificate early =
                TestCertificates.selfSignedLeaf("redis").notYetValid().issue();
        assertRefused(pinned(false, expired.pin()).verify(expired.chain()), HandshakeFailure.EXPIRED);
        assertRefused(pinned(false, early.pin()).verify(early.chain()), HandshakeFailure.NOT_YET_VALID);
        assertThat(pinned(true, expired.pin()).verify(expired.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(pinned(true, early.pin()).verify(early.chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void wrongKeyStaysWrongWhereExpiryIsAllowed() {
        assertRefused(pinned(true, other.pin()).verify(server.chain()), HandshakeFailure.PIN_MISMATCH);
    }

    @Test
    void noCertificateIsRefused() {
        assertRefused(pinned(true, other.pin()).verify(List.of()), HandshakeFailure.NO_CERTIFICATE);
    }

    @Test
    void clientPinsWorkLikeServerPins() {
        PeerVerifier verifier = PeerRules.client(
                        "redis",
                        Access.Clients.pinned(List.of(server.pin()), false),
                        Revocation.NONE,
                        TrustMaterial.none(),
                        new InvitedClients(),
                        CLOCK)
                .orElseThrow();
        assertThat(verifier.verify(server.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(assertRefused(verifier.verify(other.chain()), HandshakeFailure.PIN_MISMATCH)
                        .explanation())
                .contains("the client presented:");
    }

    @Test
    void anyoneHasNoVerifier() {
        assertThat(PeerRules.client(
                        "redis",
                        new Access.Anyone(),
                        Revocation.NONE,
                        TrustMaterial.none(),
                        new InvitedClients(),
                        CLOCK))
                .isEmpty();
    }

    @Test
    void hostileSubjectIsCutAndStrippedOfControlCharacters() {
        String hostile = "\u001b[31mred\u202egnirts\r\nforged log line\u0007" + "x".repeat(5000);
        TestCertificate certificate =
                TestCertificates.selfSignedLeaf("a").hostileSubject(hostile).issue();
        assertThat(certificate.certificate().getSubjectX500Principal().getName())
                .contains("\u001b", "\n");
        String explanation = assertRefused(
                        pinned(false, other.pin()).verify(certificate.chain()), HandshakeFailure.PIN_MISMATCH)
                .explanation();
        assertThat(explanation)
                .doesNotContain("\u001b", "\u202e", "\r", "\u0007", "\nforged")
                .contains("?[31mred?gnirts??forged");
        assertThat(explanation.length()).isLessThan(700);
    }

    @Test
    void longChainIsShortened() {
        List<java.security.cert.X509Certificate> chain =
                new ArrayList<>(Collections.nCopies(500, server.certificate()));
        assertThat(assertRefused(pinned(false, other.pin()).verify(chain), HandshakeFailure.PIN_MISMATCH)
                        .explanation())
                .contains("and 492 more")
                .hasSizeLessThan(2000);
    }
}
