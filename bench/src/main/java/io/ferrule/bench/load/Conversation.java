package io.ferrule.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One connection on which every byte that may come is known before. Anything else, an end that was not asked for, and a TLS
 * that is not the one agreed on fail the load. All methods are called by the connection's event loop.
 */
abstract class Conversation extends SimpleChannelInboundHandler<ByteBuf> {
    static final ByteBuf PING = text("PING\r\n");
    static final ByteBuf PONG = text("+PONG\r\n");
    private static final int SHOWN_BYTES = 80;

    private final Endpoint to;
    private final Progress progress;
    private @Nullable ByteBuf expected;
    private int matched;
    private boolean ending;

    Conversation(Connections among) {
        this.to = among.to();
        this.progress = among.progress();
    }

    static ByteBuf text(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The connection can be written to, its handshake done. */
    abstract void opened(ChannelHandlerContext ctx, boolean resumed);

    /** The answer that has to come next; it is asked for when its first byte is there. Null if none is due. */
    abstract @Nullable ByteBuf expected();

    /** The answer expected has come. */
    abstract void answered(ChannelHandlerContext ctx);

    /** The connection is closed, as {@link #finish} asked. */
    void closed() {}

    /** Copies what is sent, because a TLS handler may append to a buffer that it was given. */
    static void send(ChannelHandlerContext ctx, ByteBuf request) {
        ByteBuf copy = ctx.alloc().buffer(request.readableBytes());
        ctx.writeAndFlush(copy.writeBytes(request, request.readerIndex(), request.readableBytes()));
    }

    /**
     * Sends close_notify, or FIN in plaintext, and leaves the closing to the peer: whoever closes first holds the port in
     * TIME_WAIT, and the clients' ports would run out.
     */
    final void finish(ChannelHandlerContext ctx) {
        ending = true;
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else {
            ((DuplexChannel) ctx.channel()).shutdownOutput();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!to.tls()) {
            opened(ctx, false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                handshakeDone(ctx);
            } else {
                fail(ctx, "the TLS handshake failed", handshake.cause());
            }
        }
    }

    private void handshakeDone(ChannelHandlerContext ctx) {
        ReferenceCountedOpenSslEngine engine = (ReferenceCountedOpenSslEngine)
                ctx.pipeline().get(SslHandler.class).engine();
        SSLSession session = engine.getSession();
        if (!session.getCipherSuite().equals(Connector.CIPHER_SUITE)) {
            fail(
                    ctx,
                    "the server chose " + session.getCipherSuite() + "; configure it to take only "
                            + Connector.CIPHER_SUITE,
                    null);
            return;
        }
        opened(ctx, SSL.isSessionReused(engine.sslPointer()));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
        while (in.isReadable() && !ending) {
            if (expected == null) {
                expected = expected();
                matched = 0;
            }
            int length = expected == null ? 0 : Math.min(in.readableBytes(), expected.readableBytes() - matched);
            if (expected == null || !ByteBufUtil.equals(in, in.readerIndex(), expected, matched, length)) {
                fail(ctx, "answered '" + shown(in) + "' where '" + shown(expected) + "' was expected", null);
                return;
            }
            in.skipBytes(length);
            matched += length;
            if (matched == expected.readableBytes()) {
                expected = null;
                answered(ctx);
            }
        }
    }

    private static String shown(@Nullable ByteBuf bytes) {
        if (bytes == null) {
            return "";
        }
        int length = Math.min(SHOWN_BYTES, bytes.readableBytes());
        return bytes.toString(bytes.readerIndex(), length, StandardCharsets.US_ASCII)
                .replaceAll("\\p{Cntrl}+", " ")
                .strip();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (ending) {
            closed();
        } else {
            fail(ctx, "closed the connection before it was asked to", null);
        }
    }

    /** After the end was asked for, how the peer closes is its own affair. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (ending) {
            ctx.close();
        } else {
            fail(ctx, "the connection broke: " + cause.getMessage(), cause);
        }
    }

    private void fail(ChannelHandlerContext ctx, String what, @Nullable Throwable cause) {
        progress.fail(to + ": " + what, cause);
        ending = true;
        ctx.close();
    }
}
