package io.ferrule.tunnel;

import io.ferrule.connection.CloseReason;
import io.ferrule.net.Tcp;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How a leg is closed when its connection did not end cleanly: a cut stream must not look whole, and what came before the cut
 * must not be lost.
 */
final class LegEnding {
    private static final long LOOK_EVERY_MILLIS = 5;
    /** Where the system does not tell what the peer has, it is given this long. */
    private static final long BLIND_WAIT_MILLIS = 250;

    private final long limitNanos;

    /**
     * For one connection.
     *
     * @param limit how long a peer may take to receive its last bytes
     */
    LegEnding(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /**
     * Closes a leg, at the latest after the limit.
     *
     * @param culprit true if the peer of this very leg is the reason
     */
    void end(Channel channel, CloseReason reason, boolean culprit) {
        switch (reason) {
            case CLIENT_HANDSHAKE_FAILED, TARGET_HANDSHAKE_FAILED, CLIENT_TLS_ERROR, TARGET_TLS_ERROR -> {
                if (culprit) {
                    closeAfterLastWord(channel);
                } else {
                    resetAfterDelivery(channel);
                }
            }
            case NEGOTIATION_ENDED -> closeAfterLastWord(channel);
            case CLIENT_NEGOTIATION_FAILED, TARGET_NEGOTIATION_FAILED -> resetAfterDelivery(channel); // it may say why
            case TOO_MANY_CONNECTIONS, TOO_MANY_FROM_SOURCE, TOO_MANY_HANDSHAKES -> Tcp.reset(channel);
            default -> {
                if (culprit) {
                    Tcp.reset(channel);
                } else {
                    resetAfterDelivery(channel);
                }
            }
        }
    }

    /**
     * FIN after an alert or a last answer, and the socket stays open until the peer has closed too: closing it with unread bytes would make TCP
     * send a reset, which can overtake it (RFC 1122 §4.2.2.13).
     */
    private void closeAfterLastWord(Channel channel) {
        channel.config().setAutoRead(true); // what still comes is discarded; its end is noticed
        channel.pipeline().addFirst(new CloseAtEnd());
        if (channel instanceof DuplexChannel duplex && !duplex.isInputShutdown()) {
            afterFlush(channel, () -> duplex.shutdownOutput());
            channel.eventLoop().schedule(() -> channel.close(), limitNanos, TimeUnit.NANOSECONDS);
        } else {
            afterFlush(channel, channel::close);
        }
    }

    /** A reset discards what the kernel has not delivered yet (tcp(7), SO_LINGER), so it waits for that. */
    private void resetAfterDelivery(Channel channel) {
        long began = System.nanoTime();
        Tcp.resetWhenClosed(channel); // also if this process ends before it gets to it
        channel.config().setAutoRead(false);
        channel.flush();
        channel.eventLoop().schedule(() -> Tcp.reset(channel), limitNanos, TimeUnit.NANOSECONDS);
        afterFlush(channel, () -> resetWhenDelivered(channel, began));
    }

    private void resetWhenDelivered(Channel channel, long began) {
        if (!channel.isOpen()) {
            return;
        }
        long waitedNanos = System.nanoTime() - began;
        boolean delivered =
                switch (Tcp.delivery(channel)) {
                    case COMPLETE -> true;
                    case PENDING -> false;
                    case UNKNOWN -> waitedNanos > TimeUnit.MILLISECONDS.toNanos(BLIND_WAIT_MILLIS);
                };
        if (delivered || waitedNanos > limitNanos) {
            Tcp.reset(channel);
        } else {
            channel.eventLoop()
                    .schedule(() -> resetWhenDelivered(channel, began), LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Runs {@code then} when all that was written before is with the kernel, or can never be. */
    private static void afterFlush(Channel channel, Runnable then) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            then.run();
        } else {
            first.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> then.run());
        }
    }
}
