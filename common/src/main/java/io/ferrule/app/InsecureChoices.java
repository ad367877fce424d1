package io.ferrule.app;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import java.util.ArrayList;
import java.util.List;

/** What the operator allowed although it weakens a tunnel. It is said again at every start, because configs outlive memories. */
final class InsecureChoices {
    private InsecureChoices() {}

    /** One sentence a choice. */
    static List<String> of(ProcessConfig config) {
        List<String> choices = new ArrayList<>();
        for (TunnelConfig tunnel : config.tunnels()) {
            accept(tunnel.name(), tunnel.accept(), choices);
            connect(tunnel.name(), tunnel.connect(), choices);
        }
        Address admin = config.admin();
        if (admin != null && !admin.isLocal()) {
            choices.add("the admin endpoint " + admin
                    + " speaks plaintext, asks for no password and can be reached from other machines");
        }
        return List.copyOf(choices);
    }

    private static void accept(String tunnel, AcceptLeg leg, List<String> choices) {
        if (leg.tls() == null) {
            if (!leg.listen().isLocal()) {
                choices.add("tunnel " + tunnel + " accepts plaintext on " + leg.listen()
                        + ", beyond this machine: anybody on the way reads and changes it");
            }
        } else if (leg.tls().access() instanceof Access.ClientPins pins && pins.allowExpired()) {
            choices.add("tunnel " + tunnel + " lets clients in although their certificates have expired");
        }
    }

    private static void connect(String tunnel, ConnectLeg leg, List<String> choices) {
        if (leg.tls() == null) {
            if (!leg.target().isLocal()) {
                choices.add("tunnel " + tunnel + " sends plaintext to " + leg.target()
                        + ", beyond this machine: anybody on the way reads and changes it");
            }
        } else if (allowsExpired(leg.tls().trust())) {
            choices.add("tunnel " + tunnel + " trusts its server although the certificate has expired");
        }
    }

    private static boolean allowsExpired(ServerTrust trust) {
        if (trust instanceof ServerTrust.Pins pins) {
            return pins.allowExpired();
        }
        return trust instanceof ServerTrust.StoredCertificate stored && stored.allowExpired();
    }
}
