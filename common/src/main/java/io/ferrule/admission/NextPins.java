package io.ferrule.admission;

import io.ferrule.config.Pin;
import io.ferrule.config.ServerTrust;
import java.security.cert.X509Certificate;
import java.util.List;

/** Tells when a server has gone over to the key that was announced as its next one. */
public final class NextPins {
    private NextPins() {}

    /**
     * True if the server's key is one of the next ones, and none of those that are known to be in use.
     *
     * @param chain the server's certificates, its own first; may be empty
     */
    public static boolean shown(ServerTrust trust, List<X509Certificate> chain) {
        if (!(trust instanceof ServerTrust.Pins pins) || pins.next().isEmpty() || chain.isEmpty()) {
            return false;
        }
        Pin presented = Pin.of(chain.get(0));
        return pins.next().contains(presented) && !pins.pins().contains(presented);
    }
}
