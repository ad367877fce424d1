package io.ferrule.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.util.ReferenceCountUtil;

/**
 * Closes a channel that has nothing more to say, when its peer has finished too, or goes on talking all the same. It stands
 * first, since no other handler cares, and discards what comes.
 */
final class CloseAtEnd extends ChannelInboundHandlerAdapter {
    /** What an honest peer may have had on its way; an alert is worth no more. */
    private static final int MOST_DISCARDED_BYTES = 1 << 20;

    private int discardedBytes;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        discardedBytes += ((ByteBuf) msg).readableBytes();
        ReferenceCountUtil.release(msg);
        if (discardedBytes > MOST_DISCARDED_BYTES) {
            ctx.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE || event == ChannelInputShutdownReadComplete.INSTANCE) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
