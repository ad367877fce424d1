package io.ferrule.bench.micro;

import io.ferrule.tls.TlsContext;
import io.ferrule.tls.TlsHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A TLS connection whose two ends are in one thread: what one end sends is carried to the other by hand, without a copy. */
final class MemoryWire implements AutoCloseable {
    private final End server; // first, since the client speaks as soon as it is there
    private final End client;

    /** One end, which counts the plaintext that it receives. */
    static final class End extends ChannelInboundHandlerAdapter {
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final TlsHandler tls;
        private long received;
        private @Nullable Throwable failure;

        private End(TlsContext context, @Nullable String serverName) {
            tls = context.newHandler(channel.eventLoop(), serverName);
            channel.pipeline().addLast(tls, this);
        }

        TlsHandler tls() {
            return tls;
        }

        Channel channel() {
            return channel;
        }

        /** Bytes of plaintext so far. */
        long received() {
            return received;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf plaintext = (ByteBuf) msg;
            received += plaintext.readableBytes();
            plaintext.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure = cause;
        }

        private void requireSecured() {
            if (failure != null || !tls.handshake().isSuccess()) {
                throw new IllegalStateException(
                        "no TLS between the ends",
                        failure == null ? tls.handshake().cause() : failure);
            }
        }

        private void end() {
            channel.pipeline().remove(tls); // frees the native connection; a close would be reported as truncated first
            channel.close();
            channel.releaseOutbound();
        }
    }

    /** Shakes hands. */
    MemoryWire(TlsContext client, TlsContext server) {
        this.server = new End(server, null);
        this.client = new End(client, "redis.test");
        carry();
        this.server.requireSecured();
        this.client.requireSecured();
    }

    End client() {
        return client;
    }

    End server() {
        return server;
    }

    /** Carries what was sent, and what is sent in answer to it, until both ends have nothing more to say. */
    void carry() {
        while (carry(client, server) || carry(server, client)) {}
    }

    private static boolean carry(End from, End to) {
        Queue<Object> sent = from.channel.outboundMessages();
        if (sent.isEmpty()) {
            return false;
        }
        for (Object bytes = sent.poll(); bytes != null; bytes = sent.poll()) {
            to.channel.pipeline().fireChannelRead(bytes);
        }
        to.channel.pipeline().fireChannelReadComplete();
        return true;
    }

    @Override
    public void close() {
        client.end();
        server.end();
    }
}
