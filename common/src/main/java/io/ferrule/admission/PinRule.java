package io.ferrule.admission;

import io.ferrule.config.Pin;
import io.ferrule.connection.HandshakeFailure;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The peer's own key is one of the pinned ones. A pin is no authority: a pinned key further up the chain does not count,
 * because anybody can append a public certificate to a chain.
 *
 * @param next pins of keys to come, trusted like the others
 */
record PinRule(PeerKind peer, List<Pin> pins, List<Pin> next, Validity validity) implements PeerRule {
    @Override
    public Optional<Doubt> judge(List<X509Certificate> chain) {
        Pin presented = Pin.of(chain.get(0));
        boolean pinned = false;
        for (Pin pin : pins) {
            pinned |= pin.equals(presented); // all of them, each in constant time
        }
        for (Pin pin : next) {
            pinned |= pin.equals(presented);
        }
        if (pinned) {
            return validity.judge(peer, chain.get(0));
        }
        return Optional.of(new Doubt(
                HandshakeFailure.PIN_MISMATCH,
                "pin mismatch: expected " + anyOf(all()),
                "if certificate 0 is the one you know from the " + peer + "'s own machine, pin it"));
    }

    private List<Pin> all() {
        return Stream.concat(pins.stream(), next.stream()).toList();
    }

    private static String anyOf(List<Pin> pins) {
        return (pins.size() == 1 ? "" : "one of ")
                + pins.stream().map(Pin::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String name() {
        return "by its key";
    }

    @Override
    public List<String> words() {
        String known = "A " + peer + " is known by its key, whose pin is " + anyOf(pins)
                + "; who signed its certificate and which name it carries do not matter.";
        String later = "The next key is trusted too: " + anyOf(next) + ".";
        return next.isEmpty() ? List.of(known, validity.words()) : List.of(known, later, validity.words());
    }
}
