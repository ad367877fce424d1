package io.ferrule.admission;

import io.ferrule.config.Access;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.PeerVerifier;
import java.time.Clock;
import java.util.ArrayList;
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
     * @param revocation of which the material holds the files; OCSP is not asked here
     * @param material the stored certificates, or the authority's bundle; only its deny list is looked at for pins
     * @param serverName the host name or IP address that the certificate has to be issued for, where trust is an authority
     *     that says no names
     * @throws IllegalArgumentException with a sentence for the operator if certificates are needed and there are none, a
     *     revocation list cannot be used, or a name is not one
     */
    public static PeerVerifier server(
            ServerTrust trust, Revocation revocation, TrustMaterial material, String serverName, Clock clock) {
        PeerRule rule;
        if (trust instanceof ServerTrust.Pins pins) {
            rule = new PinRule(PeerKind.SERVER, pins.pins(), pins.next(), new Validity(clock, pins.allowExpired()));
        } else if (trust instanceof ServerTrust.StoredCertificate stored) {
            rule = new StoredCertificateRule(
                    PeerKind.SERVER, material.certificates(), new Validity(clock, stored.allowExpired()));
        } else if (trust instanceof ServerTrust.Verified verified) {
            rule = new VerificationRule(PeerKind.SERVER, verified.verification(), revocation, material, clock);
        } else {
            ServerTrust.Authority authority = (ServerTrust.Authority) trust;
            NameRule names =
                    authority.names().isEmpty() ? new ServerName(serverName) : new AllowedNames(authority.names());
            rule = new AuthorityRule(PeerKind.SERVER, material, RevocationLists.of(revocation, material), names, clock);
        }
        return new PeerJudge(PeerKind.SERVER, List.of(rule), material.denied());
    }

    /**
     * The verifier of an accept leg; empty if anyone may connect. It refuses a client without certificate also where one is
     * optional: see {@link io.ferrule.connection.PeerCheck#judge}.
     *
     * @param tunnel the name by which clients are invited to it
     * @param revocation of which the material holds the files; OCSP is not asked here
     * @param material the authority's certificates, revocation lists and the deny list
     * @param invited who is invited now; asked at each connection
     * @throws IllegalArgumentException with a sentence for the operator if the bundle is needed and empty, a revocation list
     *     cannot be used, or a name pattern is wrong
     */
    public static Optional<PeerVerifier> client(
            String tunnel,
            Access access,
            Revocation revocation,
            TrustMaterial material,
            InvitedClients invited,
            Clock clock) {
        if (access instanceof Access.Anyone) {
            return Optional.empty();
        }
        if (access instanceof Access.Verified verified) {
            PeerRule rule = new VerificationRule(PeerKind.CLIENT, verified.verification(), revocation, material, clock);
            return Optional.of(new PeerJudge(PeerKind.CLIENT, List.of(rule), material.denied()));
        }
        Access.Clients clients = (Access.Clients) access; // what is left; anything else must not pass for anyone
        List<PeerRule> ways = new ArrayList<>();
        if (!clients.pins().isEmpty()) {
            ways.add(new PinRule(
                    PeerKind.CLIENT, clients.pins(), List.of(), new Validity(clock, clients.allowExpired())));
        }
        if (clients.invited()) {
            ways.add(new InvitedRule(tunnel, invited, clock));
        }
        Access.Authority authority = clients.authority();
        if (authority != null) {
            ways.add(new AuthorityRule(
                    PeerKind.CLIENT,
                    material,
                    RevocationLists.of(revocation, material),
                    new AllowedNames(authority.names()),
                    clock));
        }
        return Optional.of(new PeerJudge(PeerKind.CLIENT, ways, material.denied()));
    }
}
