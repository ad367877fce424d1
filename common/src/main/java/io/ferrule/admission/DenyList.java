package io.ferrule.admission;

import io.ferrule.admission.PeerRule.Doubt;
import io.ferrule.config.Pin;
import io.ferrule.connection.HandshakeFailure;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Certificates that are refused whatever else is said of them. It can be replaced at any moment, from any thread. */
public final class DenyList {
    private volatile Entries entries = new Entries(Set.of(), Set.of());

    /**
     * What is denied.
     *
     * @param serials serial numbers, of whatever issuer
     */
    public record Entries(Set<Pin> pins, Set<BigInteger> serials) {
        public Entries {
            pins = Set.copyOf(pins);
            serials = Set.copyOf(serials);
        }
    }

    /** From now on these and no others are denied. */
    public void replace(Entries others) {
        entries = others;
    }

    /** What is denied now. */
    public Entries entries() {
        return entries;
    }

    /** A doubt if one of the certificates is denied, be it the peer's own or one above it. */
    Optional<Doubt> judge(PeerKind peer, List<X509Certificate> certificates) {
        for (X509Certificate certificate : certificates) {
            if (denies(certificate)) {
                return Optional.of(new Doubt(
                        HandshakeFailure.DENIED,
                        "the " + peer + "'s certificate " + PresentedChain.subject(certificate) + ", serial "
                                + PresentedChain.serial(certificate) + ", " + Pin.of(certificate)
                                + ", is on the deny list"));
            }
        }
        return Optional.empty();
    }

    private boolean denies(X509Certificate certificate) {
        Entries now = entries;
        return (!now.pins.isEmpty() && now.pins.contains(Pin.of(certificate)))
                || (!now.serials.isEmpty() && now.serials.contains(serial(certificate)));
    }

    /** Some authorities forget the zero byte that makes a number positive; its hexadecimal digits are what people copy. */
    private static BigInteger serial(X509Certificate certificate) {
        return new BigInteger(1, certificate.getSerialNumber().toByteArray());
    }

    List<String> words() {
        Entries now = entries;
        return now.pins.isEmpty() && now.serials.isEmpty()
                ? List.of()
                : List.of("The deny list refuses whatever else is said: pins " + now.pins.size() + ", serial numbers "
                        + now.serials.size() + ".");
    }
}
