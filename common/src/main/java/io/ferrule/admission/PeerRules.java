package io.ferrule.admission;

import io.ferrule.config.Access;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import java.time.Clock;
import java.util.Optional;

/**
 * Who a peer has to be: the one place where identity is judged, for servers and clients alike. The verifiers are pure, can
 * be called from any thread, and read no file; what they compare with was loaded before. A chain that is empty, and any
 * error on the way, is a refusal.
 */
public final class PeerRules {
    private PeerRules() {}

    /**
     * The verifier of a connect leg.
     *
     * @param material the stored certificates, or the authority's bundle; not looked at for pins
     * @param serverName the host name or IP address that the certificate has to be issued for, where trust is an authority
     * @throws IllegalArgumentException with a sentence for the operator if certificates are needed and there are none, or the
     *     name is not one
     */
    public static PeerVerifier server(ServerTrust trust, TrustMaterial material, String serverName, Clock clock) {
        PeerVerifier rule;
        if (trust instanceof ServerTrust.Pins pins) {
            rule = new PinRule(PeerKind.SERVER, pins.pins(), new Validity(clock, pins.allowExpired()));
        } else if (trust instanceof ServerTrust.StoredCertificate stored) {
            rule = new StoredCertificateRule(material.certificates(), new Validity(clock, stored.allowExpired()));
        } else {
            rule = new AuthorityRule(PeerKind.SERVER, material.certificates(), new ServerName(serverName), clock);
        }
        return failingClosed(PeerKind.SERVER, rule);
    }

    /**
     * The verifier of an accept leg; empty if anyone may connect.
     *
     * @param tunnel the name by which clients are invited to it
     * @param material the authority's certificates; not looked at for pins
     * @param invited who is invited now; asked at each connection
     * @throws IllegalArgumentException with a sentence for the operator if the bundle is needed and empty, or a name pattern is
     *     wrong
     */
    public static Optional<PeerVerifier> client(
            String tunnel, Access access, TrustMaterial material, InvitedClients invited, Clock clock) {
        if (!(access instanceof Access.Clients clients)) {
            return Optional.empty();
        }
        Access.Authority authority = clients.authority();
        PeerVerifier rule = authority == null
                ? new PinRule(PeerKind.CLIENT, clients.pins(), new Validity(clock, clients.allowExpired()))
                : new AuthorityRule(
                        PeerKind.CLIENT, material.certificates(), new ClientNames(authority.names()), clock);
        return Optional.of(failingClosed(PeerKind.CLIENT, rule));
    }

    private static PeerVerifier failingClosed(PeerKind peer, PeerVerifier rule) {
        return chain -> {
            if (chain.isEmpty()) {
                return new Verdict.Refused(
                        HandshakeFailure.NO_CERTIFICATE,
                        "the " + peer + " showed no certificate; give it one, with its key");
            }
            try {
                return rule.verify(chain);
            } catch (RuntimeException e) {
                return new Verdict.Refused(
                        HandshakeFailure.UNTRUSTED,
                        "the " + peer + "'s certificate could not be judged (" + PresentedChain.clean(e.toString())
                                + "); " + PresentedChain.describe(peer, chain));
            }
        };
    }
}
