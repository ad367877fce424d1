package io.ferrule.admission;

import io.ferrule.config.Access;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
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
     * @param certificates the stored certificates, or the authority's bundle; not looked at for pins
     * @param serverName the host name or IP address that the certificate has to be issued for, where trust is an authority
     * @throws IllegalArgumentException with a sentence for the operator if certificates are needed and there are none, or the
     *     name is not one
     */
    public static PeerVerifier server(
            ServerTrust trust, List<X509Certificate> certificates, String serverName, Clock clock) {
        PeerVerifier rule;
        if (trust instanceof ServerTrust.Pins pins) {
            rule = new PinRule(PeerKind.SERVER, pins.pins(), new Validity(clock, pins.allowExpired()));
        } else if (trust instanceof ServerTrust.StoredCertificate stored) {
            rule = new StoredCertificateRule(certificates, new Validity(clock, stored.allowExpired()));
        } else {
            rule = new AuthorityRule(PeerKind.SERVER, certificates, new ServerName(serverName), clock);
        }
        return failingClosed(PeerKind.SERVER, rule);
    }

    /**
     * The verifier of an accept leg; empty if anyone may connect.
     *
     * @param bundle the authority's certificates; not looked at for pins
     * @throws IllegalArgumentException with a sentence for the operator if the bundle is needed and empty, or a name pattern is
     *     wrong
     */
    public static Optional<PeerVerifier> client(Access access, List<X509Certificate> bundle, Clock clock) {
        if (access instanceof Access.Anyone) {
            return Optional.empty();
        }
        PeerVerifier rule = access instanceof Access.ClientPins pins
                ? new PinRule(PeerKind.CLIENT, pins.pins(), new Validity(clock, pins.allowExpired()))
                : new AuthorityRule(
                        PeerKind.CLIENT, bundle, new ClientNames(((Access.ClientAuthority) access).names()), clock);
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
