package io.ferrule.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps TCP_USER_TIMEOUT from cutting a peer that is alive and merely does not read. Since 5.11 Linux counts the time in which
 * a peer keeps its window shut as time without acknowledgement (tcp_probe_timer in net/ipv4/tcp_timer.c), so a client that is
 * paused for longer would lose its connection. While a channel stays unwritable the option is therefore off, and a peer that
 * vanishes in that state is noticed by the kernel's own retries, after about a quarter of an hour.
 */
final class SlowReaderPatience extends ChannelInboundHandlerAdapter {
    private final ChannelOption<Integer> option;
    private final int timeoutMillis;
    private @Nullable Future<?> timer;
    private boolean off;

    /**
     * For one channel, on which the option is set already.
     *
     * @param timeoutMillis its value, above 0
     */
    SlowReaderPatience(ChannelOption<Integer> option, int timeoutMillis) {
        this.option = option;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            readsAgain(ctx);
        } else if (timer == null && !off) {
            // Not at once: a channel of a bulk transfer changes back within microseconds, and each time is a system
            // call.
            timer = ctx.executor().schedule(() -> switchOff(ctx), timeoutMillis / 4, TimeUnit.MILLISECONDS);
        }
        ctx.fireChannelWritabilityChanged();
    }

    private void readsAgain(ChannelHandlerContext ctx) {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        if (off) {
            off = false;
            set(ctx, timeoutMillis);
        }
    }

    private void switchOff(ChannelHandlerContext ctx) {
        timer = null;
        off = true;
        set(ctx, 0);
    }

    private void set(ChannelHandlerContext ctx, int millis) {
        if (ctx.channel().isOpen()) {
            ctx.channel().config().setOption(option, millis);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (timer != null) {
            timer.cancel(false);
        }
        ctx.fireChannelInactive();
    }
}
