package io.ferrule.tunnel;

import io.ferrule.connection.Leg;
import io.ferrule.relay.RelayHandler;
import io.ferrule.tls.TlsContext;
import io.ferrule.tls.TlsHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

/**
 * The order in space: which handlers stand on a leg's channel. The same table for both legs and both programs.
 *
 * <pre>
 *   network ─▶ tls (if the leg has it) ─▶ relay
 * </pre>
 */
final class TunnelPipeline {
    /** Names of the handlers, in the order in which received bytes pass them. */
    static final String TLS = "tls";

    static final String RELAY = "relay";

    private TunnelPipeline() {}

    /**
     * Sets up a leg's channel. It is read only as long as there is a handshake, and otherwise when the relay opens.
     *
     * @return the leg's TLS; null if it has none
     */
    static @Nullable TlsHandler assemble(Channel channel, Leg leg, TunnelTls tls, RelayHandler relay) {
        TlsContext context = tls.context(leg);
        channel.config().setAutoRead(context != null);
        ChannelPipeline pipeline = channel.pipeline();
        TlsHandler handler = null;
        if (context != null) {
            handler = context.newHandler(channel.eventLoop(), tls.serverName(leg));
            pipeline.addLast(TLS, handler);
        }
        pipeline.addLast(RELAY, relay);
        return handler;
    }
}
