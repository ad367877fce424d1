package io.ferrule.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** What TCP can do and tell that a channel does not show: a reset, and whether the peer's kernel has every byte. */
public final class Tcp {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;

    // struct tcp_info of linux/tcp.h: tcpi_unacked counts segments sent and not acknowledged, tcpi_notsent_bytes (Linux
    // 4.6)
    // bytes that wait in the kernel. The struct only ever grows at its end.
    private static final int UNACKED_OFFSET = 24;
    private static final int NOTSENT_BYTES_OFFSET = 144;
    private static final int TCP_INFO_BYTES = NOTSENT_BYTES_OFFSET + Integer.BYTES;

    private static final RawUnixChannelOption INFO =
            new RawUnixChannelOption("ferrule-tcp-info", IPPROTO_TCP, TCP_INFO, TCP_INFO_BYTES);

    private static final int IPPROTO_IP = 0;
    private static final int IP_BIND_ADDRESS_NO_PORT = 24;

    private static final IntegerUnixChannelOption BIND_ADDRESS_NO_PORT =
            new IntegerUnixChannelOption("ferrule-bind-address-no-port", IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);

    /** How far written bytes have come. */
    public enum Delivery {
        /** The peer's kernel has acknowledged every byte; a reset now takes none of them away on Linux. */
        COMPLETE,
        /** Some bytes are in our buffers or on the way. */
        PENDING,
        /** Neither NIO nor kqueue nor a Unix socket can tell. */
        UNKNOWN
    }

    private Tcp() {}

    /**
     * Ends a TCP connection by RST, in both directions and at once: unread and unwritten bytes are dropped (RFC 9293 §3.10.4).
     * A Unix socket knows no reset and is closed. Event loop only.
     */
    public static ChannelFuture reset(Channel channel) {
        resetWhenClosed(channel);
        return channel.close();
    }

    /** Makes the end of a TCP connection a RST, whoever brings it about, the end of this process included. Event loop only. */
    public static void resetWhenClosed(Channel channel) {
        if (channel instanceof SocketChannel && channel.isOpen()) {
            try {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            } catch (RuntimeException alreadyGone) {
                // Netty wraps the kernel's error, EINVAL on a socket that the peer has reset before: nothing left to
                // tell it.
                return;
            }
        }
    }

    /**
     * Acknowledges at once what has come (TCP_QUICKACK, tcp(7)), where the kernel would wait 40 ms for something of ours to
     * carry it. To be called when a peer may hold back its next bytes until then (RFC 896), and nothing is about to be sent. On
     * Linux; one system call. Event loop only.
     */
    public static void acknowledge(Channel channel) {
        try {
            if (channel instanceof EpollSocketChannel) {
                channel.config().setOption(EpollChannelOption.TCP_QUICKACK, true);
            } else if (channel instanceof IoUringSocketChannel) {
                channel.config().setOption(IoUringChannelOption.TCP_QUICKACK, true);
            }
        } catch (RuntimeException alreadyGone) { // as in resetWhenClosed
            return;
        }
    }

    /**
     * Lets the kernel choose the local port of a connection that has a local address only once it knows the other end
     * (IP_BIND_ADDRESS_NO_PORT, ip(7)): else all targets together could have no more connections than there are ports. On Linux. To
     * be called before the channel is bound.
     */
    public static void chooseLocalPortLate(Channel channel) {
        if (channel instanceof EpollSocketChannel || channel instanceof IoUringSocketChannel) {
            channel.config().setOption(BIND_ADDRESS_NO_PORT, 1);
        }
    }

    /** Whether every byte written has reached the peer's kernel; one system call. Event loop only. */
    public static Delivery delivery(Channel channel) {
        ChannelOutboundBuffer unwritten = channel.unsafe().outboundBuffer();
        if (unwritten != null && unwritten.totalPendingWriteBytes() > 0) {
            return Delivery.PENDING;
        }
        ByteBuffer info = tcpInfo(channel);
        if (info == null) {
            return Delivery.UNKNOWN;
        }
        boolean nothingLeft = info.getInt(UNACKED_OFFSET) == 0 && info.getInt(NOTSENT_BYTES_OFFSET) == 0;
        return nothingLeft ? Delivery.COMPLETE : Delivery.PENDING;
    }

    private static @Nullable ByteBuffer tcpInfo(Channel channel) {
        if (!channel.isOpen() || !(channel instanceof EpollSocketChannel || channel instanceof IoUringSocketChannel)) {
            return null;
        }
        try {
            ByteBuffer info = channel.config().getOption(INFO);
            return info == null ? null : info.order(ByteOrder.nativeOrder());
        } catch (RuntimeException alreadyGone) {
            return null;
        }
    }
}
