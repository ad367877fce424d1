package io.ferrule.net;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Lets the Unix sockets of NIO and io_uring outlive the end of their input.
 *
 * <p>ALLOW_HALF_CLOSURE should, but {@code AbstractNioByteChannel.isAllowHalfClosure} and
 * {@code AbstractIoUringChannel.isAllowHalfClosure} (Netty 4.2.18) look for a {@code SocketChannelConfig}, which those
 * channels do not have, and so the channel is closed at the peer's FIN. Both leave a channel open whose input is shut down
 * already. The receive buffer's handle is the one thing of ours that hears of the FIN before they decide, so it shuts the
 * input down; a handler then fires the event that Netty leaves out.
 */
@SuppressWarnings("deprecation") // Handle is, though Netty's own transports ask for exactly this one
final class HalfCloseOnRead extends AdaptiveRecvByteBufAllocator {
    private final DuplexChannel channel;

    private HalfCloseOnRead(DuplexChannel channel, int leastBytes, int firstBytes, int mostBytes) {
        super(leastBytes, firstBytes, mostBytes);
        this.channel = channel;
    }

    /**
     * The channel's receive buffer allocator; to be called once, before the channel is registered.
     *
     * @param shared what channels have that need no such help, with the same sizes
     */
    static RecvByteBufAllocator allocator(
            Channel channel, RecvByteBufAllocator shared, int leastBytes, int firstBytes, int mostBytes) {
        if (channel instanceof NioDomainSocketChannel || channel instanceof IoUringDomainSocketChannel) {
            channel.pipeline().addFirst(new EndOfInput());
            return new HalfCloseOnRead((DuplexChannel) channel, leastBytes, firstBytes, mostBytes);
        }
        return shared;
    }

    @Override
    public Handle newHandle() {
        return new ShutInput(super.newHandle());
    }

    private final class ShutInput extends DelegatingHandle implements ExtendedHandle {
        ShutInput(Handle adaptive) {
            super(adaptive);
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            if (bytes < 0 && !channel.isInputShutdown()) {
                var unused = channel.shutdownInput();
            }
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return ((ExtendedHandle) delegate()).continueReading(maybeMoreData);
        }
    }

    /** Netty fires the second of its two events only, because the input was shut down before it looked. */
    private static final class EndOfInput extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownReadComplete.INSTANCE) {
                ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            }
            ctx.fireUserEventTriggered(event);
        }
    }
}
