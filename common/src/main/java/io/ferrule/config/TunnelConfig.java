package io.ferrule.config;

import java.util.ArrayList;
import java.util.List;

/** One tunnel: what it accepts, where it connects, and its bounds. The core does not ask which program it runs in. */
public record TunnelConfig(String name, AcceptLeg accept, ConnectLeg connect, Limits limits, Timeouts timeouts) {
    /** The unsafe choices in effect, a sentence each, to be logged as warnings at every start; mostly empty. */
    public List<String> unsafeChoices() {
        List<String> choices = new ArrayList<>();
        if (accept.tls() == null && !accept.listen().isLocal()) {
            choices.add("insecure-plaintext: applications reach " + accept.listen()
                    + " without TLS, so anybody on their network can read and change what they send");
        }
        if (connect.tls() == null && !connect.target().isLocal()) {
            choices.add("insecure-plaintext: bytes travel to " + connect.target()
                    + " without TLS, so anybody on that network can read and change them");
        }
        if (accept.tls() != null && accept.tls().access() instanceof Access.Clients clients && clients.allowExpired()) {
            choices.add("insecure-allow-expired: clients with a pinned key may connect with an expired certificate");
        }
        if (connect.tls() != null && allowsExpired(connect.tls().trust())) {
            choices.add("insecure-allow-expired: " + connect.target() + " is trusted with an expired certificate too");
        }
        return List.copyOf(choices);
    }

    /** The same with another accept leg. */
    public TunnelConfig withAccept(AcceptLeg leg) {
        return new TunnelConfig(name, leg, connect, limits, timeouts);
    }

    private static boolean allowsExpired(ServerTrust trust) {
        return (trust instanceof ServerTrust.Pins pins && pins.allowExpired())
                || (trust instanceof ServerTrust.StoredCertificate stored && stored.allowExpired());
    }
}
