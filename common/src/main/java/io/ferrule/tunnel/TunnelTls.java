package io.ferrule.tunnel;

import io.ferrule.admission.InvitedClients;
import io.ferrule.admission.PeerRules;
import io.ferrule.admission.RequestedAuthorities;
import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.NamedService;
import io.ferrule.config.OperatorException;
import io.ferrule.config.PreSharedKeys;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.StatusChecks;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import io.ferrule.psk.EitherContext;
import io.ferrule.psk.PskContext;
import io.ferrule.tls.SecureContext;
import io.ferrule.tls.TicketKeys;
import io.ferrule.tls.TlsContext;
import io.ferrule.tls.TlsService;
import io.ferrule.tls.TlsServices;
import io.ferrule.tls.TlsSetupException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The TLS contexts of a tunnel's legs, and what their peers are judged by. */
final class TunnelTls implements AutoCloseable {
    private final @Nullable SecureContext accept;
    private final @Nullable SecureContext connect;
    private final @Nullable String serverName;
    private final PastClock clock;

    private TunnelTls(
            @Nullable SecureContext accept,
            @Nullable SecureContext connect,
            @Nullable String serverName,
            PastClock clock) {
        this.accept = accept;
        this.connect = connect;
        this.serverName = serverName;
        this.clock = clock;
    }

    /**
     * Builds both contexts.
     *
     * @param tickets of the accept leg; the same as for the contexts that these replace, if they do
     * @throws OperatorException naming the tunnel and what the engine refuses
     */
    static TunnelTls build(
            TunnelMaterial material, Clock clock, InvitedClients invited, StatusChecks statuses, TicketKeys tickets)
            throws OperatorException {
        TunnelConfig config = material.config();
        AcceptTls acceptTls = config.accept().tls();
        ConnectTls connectTls = config.connect().tls();
        PastClock past = new PastClock(clock);
        SecureContext accept = null;
        try {
            accept = acceptTls == null ? null : accept(acceptTls, material, past, invited, statuses, tickets);
            SecureContext connect = connectTls == null ? null : connect(connectTls, material, past, statuses);
            String serverName = connectTls == null
                    ? null
                    : sniName(name(connectTls, config.connect().target()));
            return new TunnelTls(accept, connect, serverName, past);
        } catch (TlsSetupException | IllegalArgumentException e) {
            close(accept);
            throw new OperatorException("tunnel " + config.name(), String.valueOf(e.getMessage()));
        }
    }

    private static SecureContext accept(
            AcceptTls tls,
            TunnelMaterial material,
            Clock clock,
            InvitedClients invited,
            StatusChecks statuses,
            TicketKeys tickets)
            throws TlsSetupException {
        PreSharedKeys keys = tls.preShared();
        if (keys != null && !tls.names().isEmpty()) {
            throw new IllegalArgumentException("clients with pre-shared keys cannot be handed over by the server name"
                    + " that they ask for: give each service with such keys a port of its own");
        }
        if (keys != null && tls.isPreSharedOnly()) {
            return PskContext.accept(tls.settings(), keys);
        }
        TlsContext certificates = certificates(tls, material, clock, invited, statuses, tickets);
        try {
            return keys == null ? certificates : new EitherContext(certificates, tls.settings(), keys);
        } catch (IllegalArgumentException e) {
            certificates.close();
            throw e;
        }
    }

    private static TlsContext certificates(
            AcceptTls tls,
            TunnelMaterial material,
            Clock clock,
            InvitedClients invited,
            StatusChecks statuses,
            TicketKeys tickets)
            throws TlsSetupException {
        String tunnel = material.config().name();
        Asking asking = new Asking(tunnel, clock, invited, statuses);
        List<TlsService> named = new ArrayList<>();
        for (NamedService service : tls.names()) {
            TunnelMaterial.Named read = material.names().get(service.name());
            TrustMaterial clients = read == null ? material.clients() : read.clients();
            named.add(new TlsService(
                    service.name(),
                    read == null || read.own().isEmpty() ? material.accept() : read.own(),
                    asking.of(service.access(), clients, service.revocation()),
                    RequestedAuthorities.of(service.access(), clients)));
        }
        TlsService own = tls.refuseUnknownNames()
                ? null
                : new TlsService(
                        "",
                        material.accept(),
                        asking.of(tls.access(), material.clients(), tls.revocation()),
                        RequestedAuthorities.of(tls.access(), material.clients()));
        return TlsContext.accept(tunnel, tls.settings(), new TlsServices(named, tls.matching(), own), tickets);
    }

    /** Makes what is asked of clients. */
    private record Asking(String tunnel, Clock clock, InvitedClients invited, StatusChecks statuses) {
        @Nullable
        PeerCheck of(Access access, TrustMaterial material, Revocation revocation) {
            PeerVerifier verifier = PeerRules.client(tunnel, access, revocation, material, invited, clock)
                    .orElse(null);
            return verifier == null
                    ? null
                    : new PeerCheck(
                            verifier,
                            access.needsCertificate(),
                            status(revocation, material),
                            access.redirection() != null);
        }

        /** Clients staple nothing that could be judged where nobody is to be asked. */
        private @Nullable StatusCheck status(Revocation revocation, TrustMaterial material) {
            return revocation.ocsp() == Revocation.Ocsp.OFF ? null : statuses.of(revocation, material.certificates());
        }
    }

    private static SecureContext connect(ConnectTls tls, TunnelMaterial material, Clock clock, StatusChecks statuses)
            throws TlsSetupException {
        if (tls.trust() instanceof ServerTrust.PreShared server) {
            return PskContext.connect(tls.settings(), server);
        }
        String name = name(tls, material.config().connect().target());
        PeerVerifier verifier = PeerRules.server(tls.trust(), tls.revocation(), material.server(), name, clock);
        StatusCheck status = isProven(tls.trust())
                ? statuses.of(tls.revocation(), material.server().certificates())
                : null; // of a certificate that anybody can make there is no status
        return TlsContext.connect(tls.settings(), material.connect(), new PeerCheck(verifier, true, status));
    }

    private static boolean isProven(ServerTrust trust) {
        return !(trust instanceof ServerTrust.Verified verified)
                || verified.verification().isProof();
    }

    /** The name that the server is addressed by. */
    private static String name(ConnectTls tls, Address target) {
        String configured = tls.serverName();
        if (configured != null) {
            return configured;
        }
        return target instanceof Address.Tcp tcp ? tcp.host() : "localhost";
    }

    /** RFC 6066 §3 allows no addresses in SNI. */
    private static @Nullable String sniName(String name) {
        return name.isEmpty() || name.contains(":") || name.matches("[0-9.]+") ? null : name;
    }

    @Nullable
    SecureContext context(Leg leg) {
        return leg == Leg.ACCEPT ? accept : connect;
    }

    /** What shows certificates to clients; null if nothing does. */
    @Nullable
    TlsContext certificates() {
        if (accept instanceof EitherContext either) {
            return either.certificates();
        }
        return accept instanceof TlsContext context ? context : null;
    }

    /** The name sent as SNI on a leg; null for none. */
    @Nullable
    String serverName(Leg leg) {
        return leg == Leg.ACCEPT ? null : serverName;
    }

    /**
     * The verdict on a peer whose handshake may be long over. That one of its certificates has expired since does not end what it
     * began when it was valid. A client that has been redirected may stay where it is as long as such clients are; one that was
     * trusted, and is no longer, ends.
     */
    Verdict verdict(Leg leg, TlsSession session) {
        SecureContext context = context(leg);
        if (context == null) {
            return Verdict.TRUSTED; // new connections are plaintext, and ask nothing of anybody
        }
        if (context instanceof PskContext keys) {
            return keys.verdict(session);
        }
        if (context instanceof EitherContext either && session.preShared() != null) {
            return either.verdict(session);
        }
        if (!context.serves(session.serverName())) {
            return new Verdict.Refused(
                    HandshakeFailure.UNKNOWN_NAME, "the server name " + session.serverName() + " is no longer served");
        }
        PeerCheck check = context.check(session.serverName());
        List<X509Certificate> chain = session.peerChain();
        if (check == null) {
            return Verdict.TRUSTED;
        }
        if (session.redirected() != null && check.redirects()) {
            return Verdict.TRUSTED; // as one that is not: it has gone elsewhere, and stays there
        }
        Verdict now = check.judge(chain);
        boolean expired = now instanceof Verdict.Refused refused && refused.failure() == HandshakeFailure.EXPIRED;
        return expired && !chain.isEmpty() ? clock.at(lastMoment(chain), () -> check.judge(chain)) : now;
    }

    /** In which all of it was valid. */
    private static Instant lastMoment(List<X509Certificate> chain) {
        return chain.stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow()
                .minusSeconds(1);
    }

    /**
     * What is asked of clients.
     *
     * @param service the {@link NamedService}'s name; empty for the tunnel itself
     * @return null if nothing is
     */
    @Nullable
    PeerCheck check(String service) {
        return accept == null ? null : accept.check(service.isEmpty() ? null : service);
    }

    /** What is asked of the server; null without TLS there. */
    @Nullable
    PeerCheck serverCheck() {
        return connect == null ? null : connect.check(null);
    }

    /** Connections that are open live on. */
    @Override
    public void close() {
        close(accept);
        close(connect);
    }

    private static void close(@Nullable SecureContext context) {
        if (context != null) {
            context.close();
        }
    }
}
