package io.ferrule.tunnel;

import io.ferrule.connection.Leg;
import io.ferrule.negotiate.Party;
import io.ferrule.proxyprotocol.AwaitedHeader;
import io.ferrule.relay.RelayHandler;
import io.ferrule.tls.SecureContext;
import io.ferrule.tls.SecureStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

/**
 * The order in space: which handlers stand on a leg's channel. The same table for both legs and both programs.
 *
 * <pre>
 *   network ─▶ proxy (while a PROXY header is awaited) ─▶ tls (if the leg has it) ─▶ relay
 *
 *   where something is said around TLS:
 *   network ─▶ party ─▶ relay, then network ─▶ tls ─▶ party ─▶ relay, and at last as above
 * </pre>
 */
final class TunnelPipeline {
    /** Names of the handlers, in the order in which received bytes pass them. */
    static final String PROXY = "proxy";

    static final String TLS = "tls";

    /** Speaks with the peer as long as something is said around TLS; there before it, and then behind it. */
    static final String PARTY_BEFORE_TLS = "party-before-tls";

    static final String PARTY_INSIDE_TLS = "party-inside-tls";

    static final String RELAY = "relay";

    private TunnelPipeline() {}

    /**
     * Sets up a leg's channel. It is read only as long as there is a handshake, and otherwise when the relay opens.
     *
     * @return the leg's TLS; null if it has none
     */
    static @Nullable SecureStream assemble(Channel channel, Leg leg, TunnelTls tls, RelayHandler relay) {
        SecureContext context = tls.context(leg);
        channel.config().setAutoRead(context != null);
        ChannelPipeline pipeline = channel.pipeline();
        SecureStream handler = null;
        if (context != null) {
            handler = context.newHandler(channel.eventLoop(), tls.serverName(leg));
            pipeline.addLast(TLS, handler);
        }
        pipeline.addLast(RELAY, relay);
        return handler;
    }

    /** Sets up a leg's channel on which something is said first. It is read when that waits for something. */
    static void assemble(Channel channel, Leg leg, TunnelTalk talk, RelayHandler relay) {
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(PARTY_BEFORE_TLS, talk.party(leg, false)).addLast(RELAY, relay);
    }

    /**
     * Begins TLS on such a channel; what the peer has sent ahead is part of that.
     *
     * @return the leg's TLS; null if it has none
     */
    static @Nullable SecureStream secure(Channel channel, Leg leg, TunnelTls tls, TunnelTalk talk) {
        SecureContext context = tls.context(leg);
        if (context == null) {
            return null;
        }
        SecureStream handler = context.newHandler(channel.eventLoop(), tls.serverName(leg));
        Party before = talk.party(leg);
        channel.pipeline()
                .addAfter(PARTY_BEFORE_TLS, TLS, handler)
                .addAfter(TLS, PARTY_INSIDE_TLS, talk.party(leg, true));
        before.leave();
        channel.config().setAutoRead(true);
        return handler;
    }

    /** Has an accept leg's first bytes read as a PROXY header. */
    static void awaitHeader(Channel channel, AwaitedHeader.Stage stage) {
        channel.pipeline().addFirst(PROXY, new AwaitedHeader(stage));
        channel.config().setAutoRead(true);
    }

    /** Sends a PROXY header: on a connect leg that has just connected, before its handlers are there and say anything. */
    static void sendHeader(Channel channel, byte[] header) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(header)); // if it fails the channel does, and that is noticed
    }
}
