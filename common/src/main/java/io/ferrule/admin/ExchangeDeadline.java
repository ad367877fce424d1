package io.ferrule.admin;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose whole request has not come, or whose whole answer has not gone, in time. A limit on silence
 * would not do: a peer may drip.
 */
final class ExchangeDeadline extends ChannelDuplexHandler {
    private final Duration limit;
    private @Nullable Future<?> closing;

    ExchangeDeadline(Duration limit) {
        this.limit = limit;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        restart(ctx);
        super.channelActive(ctx);
    }

    /** A whole request: the answer's time begins. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object request) throws Exception {
        restart(ctx);
        super.channelRead(ctx, request);
    }

    /** Once the whole answer has gone, the next request's time begins. */
    @Override
    public void write(ChannelHandlerContext ctx, Object answer, ChannelPromise promise) throws Exception {
        super.write(ctx, answer, promise.unvoid().addListener(written -> restart(ctx)));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        cancel();
        super.channelInactive(ctx);
    }

    private void restart(ChannelHandlerContext ctx) {
        cancel();
        if (ctx.channel().isActive()) {
            closing = ctx.executor().schedule(() -> close(ctx), limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static void close(ChannelHandlerContext ctx) {
        var unused = ctx.close();
    }

    private void cancel() {
        if (closing != null) {
            closing.cancel(false);
            closing = null;
        }
    }
}
