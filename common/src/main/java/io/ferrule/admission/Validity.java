package io.ferrule.admission;

import io.ferrule.admission.PeerRule.Doubt;
import io.ferrule.connection.HandshakeFailure;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * The rule on a certificate's dates.
 *
 * @param ignored true if a certificate outside its dates is accepted, in both directions
 */
record Validity(Clock clock, boolean ignored) {

    /** True if the moment lies between the certificate's dates, both included (RFC 5280 §4.1.2.5). */
    static boolean holds(X509Certificate certificate, Instant now) {
        return !now.isAfter(certificate.getNotAfter().toInstant())
                && !now.isBefore(certificate.getNotBefore().toInstant());
    }

    /** Empty if the dates are fine; that says nothing of anything else. */
    Optional<Doubt> judge(PeerKind peer, X509Certificate certificate) {
        Instant now = clock.instant();
        if (!ignored && now.isAfter(certificate.getNotAfter().toInstant())) {
            return Optional.of(new Doubt(
                    HandshakeFailure.EXPIRED,
                    "the " + peer + "'s certificate " + PresentedChain.subject(certificate) + " expired on "
                            + PresentedChain.date(certificate.getNotAfter())
                            + "; renew it (with the same key its pin stays the same)"));
        }
        if (!ignored && now.isBefore(certificate.getNotBefore().toInstant())) {
            return Optional.of(new Doubt(
                    HandshakeFailure.NOT_YET_VALID,
                    "the " + peer + "'s certificate " + PresentedChain.subject(certificate) + " is valid from "
                            + certificate.getNotBefore().toInstant() + " on, and here it is " + now
                            + "; check both clocks"));
        }
        return Optional.empty();
    }

    String words() {
        return ignored
                ? "The dates of its certificate are not looked at: an expired one is accepted."
                : "A certificate outside its dates is refused.";
    }
}
