package io.ferrule.tunnel;

import static java.util.Objects.requireNonNull;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.NamedService;
import io.ferrule.config.Negotiation;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.TlsSession;
import io.ferrule.negotiate.Talk;
import io.ferrule.negotiate.Talks;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of a tunnel say around TLS. Until TLS is there nobody knows which {@link NamedService} a client asks for; what is
 * said from then on is the service's own.
 *
 * @param own of the tunnel
 * @param named of its services, by their names
 */
record TunnelScripts(Script own, Map<String, Script> named) {
    private static final Script SILENT = new Script(Talks.NONE, null);

    /**
     * One of them.
     *
     * @param asked what the talk is made of; null for {@link Talks#NONE}
     */
    record Script(Talk talk, @Nullable Negotiation asked) {
        Negotiation needed() {
            return requireNonNull(asked, "nothing is said");
        }
    }

    TunnelScripts {
        named = Map.copyOf(named);
    }

    static TunnelScripts of(TunnelConfig config) {
        boolean client = config.connect().tls() != null;
        Map<String, Script> named = new HashMap<>();
        AcceptTls accept = config.accept().tls();
        if (accept != null) {
            for (NamedService service : accept.names()) {
                named.put(service.name(), script(service.negotiation(), client));
            }
        }
        return new TunnelScripts(script(config.negotiation(), client), named);
    }

    private static Script script(@Nullable Negotiation asked, boolean client) {
        return asked == null
                ? SILENT
                : new Script(
                        Talks.of(asked, client)
                                .orElseThrow(() -> new IllegalArgumentException("no such role: " + asked.protocol())),
                        asked);
    }

    /** True if nobody says anything. */
    boolean isSilent() {
        return own.asked() == null && named.values().stream().allMatch(script -> script.asked() == null);
    }

    /** What is said once a client's handshake has agreed on this; null without one. */
    Script inside(@Nullable TlsSession accepted) {
        return accepted == null ? own : named.getOrDefault(accepted.service(), own);
    }
}
