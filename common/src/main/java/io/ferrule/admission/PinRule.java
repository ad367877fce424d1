package io.ferrule.admission;

import io.ferrule.config.Pin;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The peer's own key is one of the pinned ones. A pin is no authority: a pinned key further up the chain does not count,
 * because anybody can append a public certificate to a chain.
 */
record PinRule(PeerKind peer, List<Pin> pins, Validity validity) implements PeerVerifier {
    @Override
    public Verdict verify(List<X509Certificate> chain) {
        Pin presented = Pin.of(chain.get(0));
        boolean pinned = false;
        for (Pin pin : pins) {
            pinned |= pin.equals(presented); // all of them, each in constant time
        }
        if (pinned) {
            return validity.verify(peer, chain.get(0));
        }
        return new Verdict.Refused(
                HandshakeFailure.PIN_MISMATCH,
                "pin mismatch: expected " + (pins.size() == 1 ? "" : "one of ")
                        + pins.stream().map(Pin::toString).collect(Collectors.joining(", ")) + "; "
                        + PresentedChain.describe(peer, chain)
                        + "\nif certificate 0 is the one you know from the " + peer + "'s own machine, pin it");
    }
}
