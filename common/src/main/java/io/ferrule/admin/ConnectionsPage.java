package io.ferrule.admin;

import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.observe.Printable;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connections open now as JSON, oldest first, a bounded number at a time. */
final class ConnectionsPage {
    static final int DEFAULT_LIMIT = 1_000;
    static final int MAX_LIMIT = 10_000;

    private final Supplier<List<TunnelView>> tunnels;

    ConnectionsPage(Supplier<List<TunnelView>> tunnels) {
        this.tunnels = tunnels;
    }

    /**
     * At most {@code limit} connections with an id greater than {@code after}. Where more follow, {@code next} is the
     * {@code after} to ask with.
     */
    String json(int limit, long after) {
        List<ConnectionFacts> all = new ArrayList<>();
        tunnels.get().forEach(tunnel -> all.addAll(tunnel.connections().get()));
        List<ConnectionFacts> following = all.stream()
                .filter(facts -> facts.id() > after)
                .sorted(Comparator.comparingLong(ConnectionFacts::id))
                .toList();
        List<ConnectionFacts> shown = following.subList(0, Math.min(limit, following.size()));
        return Json.object(page -> {
            page.field("total", all.size()).array("connections", shown, ConnectionsPage::connection);
            if (!shown.isEmpty() && shown.size() < following.size()) {
                page.field("next", shown.get(shown.size() - 1).id());
            }
        });
    }

    private static void connection(Json json, ConnectionFacts facts) {
        SocketAddress target = facts.target();
        SocketAddress balancer = facts.balancer();
        json.field("id", facts.id()).field("tunnel", facts.tunnel()).field("client", Printable.address(facts.client()));
        if (balancer != null) {
            json.field("balancer", Printable.address(balancer));
        }
        json.field("target", target == null ? null : Printable.address(target))
                .field("since", facts.openedAt().toString())
                .field("stage", facts.stage().name().toLowerCase(Locale.ROOT))
                .field("bytesFromClient", facts.bytesFromClient())
                .field("bytesFromTarget", facts.bytesFromTarget())
                .object("tls", legs -> {
                    for (Leg leg : Leg.values()) {
                        session(legs, leg, facts.tls(leg));
                    }
                });
    }

    private static void session(Json legs, Leg leg, @Nullable TlsSession session) {
        if (session != null) {
            legs.object(leg.label(), tls -> tls.field("version", session.version())
                    .field("cipher", session.cipher())
                    .field("group", session.group())
                    .field("resumed", session.resumed())
                    .field("serverName", session.serverName())
                    .field("alpn", session.alpn())
                    .field("peer", session.peerSubject()));
        }
    }
}
