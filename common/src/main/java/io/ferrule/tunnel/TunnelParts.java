package io.ferrule.tunnel;

import io.ferrule.admission.ConnectionLimits;
import io.ferrule.backend.Backend;
import io.ferrule.backend.Targets;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.NamedService;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Sessions;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.TlsSession;
import io.ferrule.net.LegOptions;
import io.ferrule.net.OriginalDestination;
import io.ferrule.net.SocketSettings;
import io.ferrule.tls.TicketKeys;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one tunnel share. A reload makes new parts for new connections; those that are open keep theirs.
 *
 * @param backend of clients that are given no {@link NamedService}
 * @param named of those that are, by the service's name
 * @param redirected of clients that are not trusted, by the service's name, empty for none
 * @param scripts what is said around TLS; mostly nothing
 * @param kept where the sessions went that clients may continue
 * @param backoff from the target, while it refuses us
 * @param uses of each connection and of the tunnel itself; at its end TLS is freed
 * @param lasting what all parts of the tunnel have in common
 */
record TunnelParts(
        TunnelMaterial material,
        TunnelEnvironment environment,
        TunnelTls tls,
        Backend backend,
        Map<String, Backend> named,
        Map<String, Backend> redirected,
        TunnelScripts scripts,
        KeptTargets kept,
        RefusalBackoff backoff,
        Uses uses,
        Lasting lasting) {
    /**
     * What outlives a reload.
     *
     * @param tickets seal the sessions of clients, so that these can be continued afterwards
     */
    record Lasting(ConnectionLimits limits, ConnectionRegistry registry, CurrentRules rules, TicketKeys tickets) {
        /** New ones. */
        static TicketKeys ticketKeys(TunnelMaterial material) {
            AcceptTls tls = material.config().accept().tls();
            Sessions sessions = tls == null ? Sessions.DEFAULT : tls.settings().sessions();
            TicketKeys keys = TicketKeys.ofThisProcess(sessions.lifetime());
            keys.replace(material.ticketKeys());
            return keys;
        }
    }

    /**
     * Builds what the material asks for.
     *
     * @throws OperatorException naming the tunnel and the setting that the TLS engine refuses
     */
    static TunnelParts build(TunnelMaterial material, TunnelEnvironment environment, Lasting lasting)
            throws OperatorException {
        TunnelConfig config = material.config();
        SocketSettings.check(environment.transport(), config.sockets());
        if (config.asksForOriginal()) {
            OriginalDestination.check(environment.transport());
        }
        ClientGate.check(config);
        TunnelTls tls = TunnelTls.build(
                material, environment.clock(), environment.invited(), environment.statuses(), lasting.tickets());
        ConnectLeg leg = config.connect();
        Backend backend = backend(config, leg, config.timeouts(), environment);
        Map<String, Backend> named = new HashMap<>();
        Map<String, Backend> redirected = new HashMap<>();
        AcceptTls accept = config.accept().tls();
        if (accept != null) {
            redirect(redirected, config, "", accept.access(), config.timeouts(), environment);
            for (NamedService service : accept.names()) {
                redirect(redirected, config, service.name(), service.access(), timeouts(config, service), environment);
                named.put(service.name(), backend(config, service.connect(), timeouts(config, service), environment));
            }
        }
        boolean several = config.connect().targets().size() > 1; // only stunnel's configuration has that
        int sessions =
                accept == null || !several ? 0 : accept.settings().sessions().kept();
        RefusalBackoff backoff = new RefusalBackoff(
                System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
        return new TunnelParts(
                material,
                environment,
                tls,
                backend,
                Map.copyOf(named),
                Map.copyOf(redirected),
                TunnelScripts.of(config),
                new KeptTargets(sessions),
                backoff,
                new Uses(tls::close),
                lasting);
    }

    /** Every target that connections may go to, each once, as it is named to the operator; several of which any will do are one. */
    Map<String, Backend> targets() {
        Map<String, Backend> all = new LinkedHashMap<>();
        AcceptTls tls = config().accept().tls();
        if (tls == null || !tls.refuseUnknownNames()) {
            all.put(backend.targets().toString(), backend);
        }
        for (NamedService service : tls == null ? List.<NamedService>of() : tls.names()) {
            Backend target = named.getOrDefault(service.name(), backend);
            all.putIfAbsent(target.targets().toString(), target);
        }
        redirected.values().forEach(target -> all.putIfAbsent(target.targets().toString(), target));
        return all;
    }

    private static void redirect(
            Map<String, Backend> redirected,
            TunnelConfig config,
            String service,
            Access access,
            Timeouts timeouts,
            TunnelEnvironment environment) {
        ConnectLeg leg = access.redirection();
        if (leg != null) {
            redirected.put(service, backend(config, leg, timeouts, environment));
        }
    }

    private static Backend backend(
            TunnelConfig config, ConnectLeg leg, Timeouts timeouts, TunnelEnvironment environment) {
        int start = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
        return new Backend(
                new Targets(leg.targets(), leg.failover(), leg.source(), start),
                environment.transport(),
                LegOptions.of(config.limits(), timeouts),
                timeouts.connect(),
                leg.eachInTime(),
                environment.names());
    }

    private static Timeouts timeouts(TunnelConfig config, NamedService service) {
        Timeouts own = service.timeouts();
        return own == null ? config.timeouts() : own;
    }

    /** How long is waited once a client's handshake has agreed on this; null without one. */
    Timeouts timeouts(@Nullable TlsSession accepted) {
        AcceptTls tls = config().accept().tls();
        if (accepted != null && tls != null) {
            for (NamedService service : tls.names()) {
                if (service.name().equals(accepted.service())) {
                    return timeouts(config(), service);
                }
            }
        }
        return config().timeouts();
    }

    /** How targets are reached that a client has named. */
    Backend backend(List<Address> asked) {
        return backend(config().connect().to(asked));
    }

    /** How something is reached besides. */
    Backend backend(ConnectLeg leg) {
        return backend(config(), leg, config().timeouts(), environment);
    }

    /** How a client's target is reached, by what its handshake agreed on; null without one. */
    Backend backend(@Nullable TlsSession accepted) {
        if (accepted != null && accepted.redirected() != null) {
            Backend elsewhere = redirected.get(accepted.service());
            if (elsewhere == null) { // never to the target of those who are trusted
                throw new IllegalStateException("a client is redirected, and nobody said where");
            }
            return elsewhere;
        }
        return accepted == null ? backend : named.getOrDefault(accepted.service(), backend);
    }

    TunnelConfig config() {
        return material.config();
    }

    ConnectionLimits limits() {
        return lasting.limits();
    }

    ConnectionRegistry registry() {
        return lasting.registry();
    }

    CurrentRules rules() {
        return lasting.rules();
    }
}
