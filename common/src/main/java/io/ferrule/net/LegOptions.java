package io.ferrule.net;

import io.ferrule.config.Limits;
import io.ferrule.config.Timeouts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/**
 * What every connection of a tunnel is set to, on either leg and every transport: half-closure, bounded buffers, and on TCP
 * no delay and a way to notice that the peer has vanished.
 *
 * <p>Write errors do not close a channel (AUTO_CLOSE is off), because bytes of the peer may still wait to be read behind a
 * broken write. What fails is the write's future, and {@code ChannelOutputShutdownEvent} is fired; whoever writes has to
 * listen to one of them, and to close.
 *
 * @param bufferBytes unwritten bytes above which a channel is no longer writable; it is again below half of them
 * @param keepAlive of silence before TCP asks whether the peer is there, then three times at a third of this; zero is never
 * @param unacknowledged for sent bytes to be acknowledged (TCP_USER_TIMEOUT, tcp(7)); zero leaves it to the kernel. Set
 *     on epoll and io_uring: NIO and kqueue cannot. A peer that is alive and does not read is spared, see
 *     {@link SlowReaderPatience}.
 */
public record LegOptions(int bufferBytes, Duration keepAlive, Duration unacknowledged) {
    private static final int KEEPALIVE_PROBES = 3;

    /** Adaptive receive buffers; a cap of 16 KiB was measured to cost half again as much CPU on bulk transfers. */
    private static final int LEAST_READ_BYTES = 2048;

    private static final int FIRST_READ_BYTES = 16_384;
    private static final int MOST_READ_BYTES = 262_144;

    private static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES);

    /** The options that a tunnel's limits and timeouts ask for. */
    public static LegOptions of(Limits limits, Timeouts timeouts) {
        return new LegOptions(limits.bufferBytes(), timeouts.keepAlive(), timeouts.unacknowledged());
    }

    /**
     * Where the buffers of connections come from. Netty's default, the adaptive allocator, takes those above 16 KiB from the
     * system one by one if the heap is at most 512 MiB (AdaptivePoolingAllocator, 4.2.18), and ours mostly is.
     */
    public static final ByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

    /** Sets a channel that has not been read from yet; to be called once. */
    public void apply(Channel channel) {
        ChannelConfig config = channel.config();
        config.setAutoClose(false);
        config.setAllocator(BUFFERS);
        config.setWriteBufferWaterMark(new WriteBufferWaterMark(bufferBytes / 2, bufferBytes));
        config.setRecvByteBufAllocator(
                HalfCloseOnRead.allocator(channel, READS, LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES));
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (channel instanceof SocketChannel tcp) {
            applyTcp(tcp);
        }
    }

    private void applyTcp(SocketChannel channel) {
        channel.config().setTcpNoDelay(true);
        channel.config().setKeepAlive(!keepAlive.isZero());
        if (channel instanceof EpollSocketChannel) {
            applyUserTimeout(channel, EpollChannelOption.TCP_USER_TIMEOUT);
        } else if (channel instanceof IoUringSocketChannel) {
            applyUserTimeout(channel, IoUringChannelOption.TCP_USER_TIMEOUT);
        }
        if (!keepAlive.isZero()) {
            applyKeepAlive(channel);
        }
    }

    private void applyUserTimeout(SocketChannel channel, ChannelOption<Integer> option) {
        int millis = (int) Math.min(unacknowledged.toMillis(), Integer.MAX_VALUE);
        channel.config().setOption(option, millis);
        if (millis > 0) {
            channel.pipeline().addLast(new SlowReaderPatience(option, millis));
        }
    }

    private void applyKeepAlive(SocketChannel channel) {
        int idle = (int) Math.max(1, Math.min(keepAlive.toSeconds(), Short.MAX_VALUE)); // the kernel's limit, tcp.h
        int interval = Math.max(1, idle / 3);
        if (channel instanceof EpollSocketChannel) {
            set(channel, EpollChannelOption.TCP_KEEPIDLE, idle);
            set(channel, EpollChannelOption.TCP_KEEPINTVL, interval);
            set(channel, EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
        } else if (channel instanceof IoUringSocketChannel) {
            set(channel, IoUringChannelOption.TCP_KEEPIDLE, idle);
            set(channel, IoUringChannelOption.TCP_KEEPINTVL, interval);
            set(channel, IoUringChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
        } else if (!(channel instanceof KQueueSocketChannel)) {
            // Where the operating system lacks one of these, Netty leaves it out and keepalive runs at its own pace.
            set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idle);
            set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), interval);
            set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEPALIVE_PROBES);
        }
    }

    private static void set(SocketChannel channel, ChannelOption<Integer> option, int value) {
        channel.config().setOption(option, value);
    }
}
