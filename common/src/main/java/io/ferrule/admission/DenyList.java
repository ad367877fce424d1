package io.ferrule.admission;

import io.ferrule.config.Pin;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
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

    /** True if this certificate is refused. */
    boolean denies(X509Certificate certificate) {
        Entries now = entries;
        return now.pins.contains(Pin.of(certificate)) || now.serials.contains(certificate.getSerialNumber());
    }
}
