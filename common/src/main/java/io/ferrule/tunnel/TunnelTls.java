package io.ferrule.tunnel;

import io.ferrule.admission.InvitedClients;
import io.ferrule.admission.PeerRules;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.Leg;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.StatusChecks;
import io.ferrule.tls.TlsContext;
import io.ferrule.tls.TlsSetupException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The TLS contexts of a tunnel's legs. */
final class TunnelTls implements AutoCloseable {
    private final @Nullable TlsContext accept;
    private final @Nullable TlsContext connect;
    private final @Nullable String serverName;

    private TunnelTls(@Nullable TlsContext accept, @Nullable TlsContext connect, @Nullable String serverName) {
        this.accept = accept;
        this.connect = connect;
        this.serverName = serverName;
    }

    /**
     * Builds both contexts.
     *
     * @throws OperatorException naming the tunnel and what the engine refuses
     */
    static TunnelTls build(TunnelMaterial material, Clock clock, InvitedClients invited, StatusChecks statuses)
            throws OperatorException {
        TunnelConfig config = material.config();
        AcceptTls acceptTls = config.accept().tls();
        ConnectTls connectTls = config.connect().tls();
        TlsContext accept = null;
        try {
            accept = acceptTls == null ? null : accept(acceptTls, material, clock, invited);
            TlsContext connect = connectTls == null ? null : connect(connectTls, material, clock);
            String serverName = connectTls == null
                    ? null
                    : sniName(name(connectTls, config.connect().target()));
            return new TunnelTls(accept, connect, serverName);
        } catch (TlsSetupException | IllegalArgumentException e) {
            close(accept);
            throw new OperatorException("tunnel " + config.name(), String.valueOf(e.getMessage()));
        }
    }

    private static TlsContext accept(AcceptTls tls, TunnelMaterial material, Clock clock, InvitedClients invited)
            throws TlsSetupException {
        if (material.accept().isEmpty()) {
            throw new IllegalArgumentException("it has no certificate");
        }
        String name = material.config().name();
        PeerVerifier verifier = PeerRules.client(name, tls.access(), material.clients(), invited, clock)
                .orElse(null);
        return TlsContext.accept(name, tls.settings(), material.accept().get(0), verifier);
    }

    private static TlsContext connect(ConnectTls tls, TunnelMaterial material, Clock clock) throws TlsSetupException {
        String name = name(tls, material.config().connect().target());
        PeerVerifier verifier = PeerRules.server(tls.trust(), material.server(), name, clock);
        return TlsContext.connect(
                tls.settings(),
                material.connect().isEmpty() ? null : material.connect().get(0),
                verifier);
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
        return name.contains(":") || name.matches("[0-9.]+") ? null : name;
    }

    @Nullable
    TlsContext context(Leg leg) {
        return leg == Leg.ACCEPT ? accept : connect;
    }

    /** The name sent as SNI on a leg; null for none. */
    @Nullable
    String serverName(Leg leg) {
        return leg == Leg.ACCEPT ? null : serverName;
    }

    /** Connections that are open live on. */
    @Override
    public void close() {
        close(accept);
        close(connect);
    }

    private static void close(@Nullable TlsContext context) {
        if (context != null) {
            context.close();
        }
    }
}
