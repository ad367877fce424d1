package io.ferrule.admin;

import io.ferrule.connection.ConnectionFacts;
import io.ferrule.tunnel.ProbeOutcome;
import io.ferrule.tunnel.Tunnel;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the endpoint asks of a tunnel.
 *
 * @param connections those open now, in no order; called on the admin loop
 * @param probe starts one attempt to reach the target and returns at once
 */
record TunnelView(
        String name, Supplier<Collection<ConnectionFacts>> connections, Supplier<CompletionStage<ProbeOutcome>> probe) {
    static TunnelView of(Tunnel tunnel) {
        return new TunnelView(tunnel.config().name(), tunnel::connections, tunnel::probe);
    }
}
