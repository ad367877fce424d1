package io.ferrule.admin;

import io.ferrule.tunnel.Tunnel;
import io.ferrule.tunnel.Tunnels;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the endpoint asks of a process's tunnels, which may be others at each request.
 *
 * @param running those that take connections
 * @param withConnections those, and those that were removed and have connections left
 */
record TunnelViews(Supplier<List<TunnelView>> running, Supplier<List<TunnelView>> withConnections) {
    static TunnelViews of(Tunnels tunnels) {
        return new TunnelViews(() -> views(tunnels.running()), () -> views(tunnels.withConnections()));
    }

    private static List<TunnelView> views(List<Tunnel> tunnels) {
        return tunnels.stream().map(TunnelView::of).toList();
    }
}
