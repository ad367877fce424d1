package io.ferrule.admission;

import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Verdict;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;

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

    /** {@link Verdict#TRUSTED} if the dates are fine; that says nothing of anything else. */
    Verdict verify(PeerKind peer, X509Certificate certificate) {
        Instant now = clock.instant();
        if (!ignored && now.isAfter(certificate.getNotAfter().toInstant())) {
            return new Verdict.Refused(
                    HandshakeFailure.EXPIRED,
                    "the " + peer + "'s certificate " + PresentedChain.subject(certificate) + " expired on "
                            + PresentedChain.date(certificate.getNotAfter())
                            + "; renew it (with the same key its pin stays the same)");
        }
        if (!ignored && now.isBefore(certificate.getNotBefore().toInstant())) {
            return new Verdict.Refused(
                    HandshakeFailure.NOT_YET_VALID,
                    "the " + peer + "'s certificate " + PresentedChain.subject(certificate) + " is valid from "
                            + certificate.getNotBefore().toInstant() + " on, and here it is " + now
                            + "; check both clocks");
        }
        return Verdict.TRUSTED;
    }
}
