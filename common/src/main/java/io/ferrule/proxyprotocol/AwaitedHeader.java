package io.ferrule.proxyprotocol;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Stands first on an accepted channel, takes the PROXY header off its front and leaves. What comes behind the header goes on, and
 * nothing does before it. It holds less than a header can be long, besides what one read brings.
 */
public final class AwaitedHeader extends ChannelInboundHandlerAdapter {
    private final Stage stage;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private boolean over;

    /** Hears one of the two, once, on the event loop. */
    public interface Stage {
        /** The header is there. Bytes behind it follow after this returns, unless the connection has ended. */
        void told(ProxyHeader header);

        /** There is none, or a broken one. */
        void failed(ConnectionFailure failure);
    }

    /** Of a channel that was not read yet. */
    public AwaitedHeader(Stage stage) {
        this.stage = stage;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        if (over) {
            in.release();
            return;
        }
        held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
        try {
            ProxyHeader header = HeaderReader.read(held);
            if (header != null) {
                goOn(ctx, header);
            }
        } catch (BadHeader e) {
            fail(refusal(e.getMessage()));
        }
    }

    private void goOn(ChannelHandlerContext ctx, ProxyHeader header) {
        over = true;
        ByteBuf rest = held;
        held = Unpooled.EMPTY_BUFFER;
        stage.told(header);
        if (rest.isReadable() && ctx.channel().isOpen()) {
            ctx.fireChannelRead(rest);
        } else {
            rest.release();
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private void fail(ConnectionFailure failure) {
        if (!over) {
            over = true;
            stage.failed(failure);
        }
    }

    private ConnectionFailure refusal(@Nullable String why) {
        int shown = Math.min(held.readableBytes(), 16);
        String begin = shown == 0 ? "" : "; first bytes: " + ByteBufUtil.hexDump(held, held.readerIndex(), shown);
        return new ConnectionFailure(CloseReason.PROXY_HEADER_REFUSED, why + begin);
    }

    private void ended() {
        fail(new ConnectionFailure(
                CloseReason.PROXY_HEADER_REFUSED,
                held.isReadable()
                        ? "the connection ended within the PROXY header"
                        : "the connection ended before a PROXY header came"));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ended();
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }
}
