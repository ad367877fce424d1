package io.ferrule.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;

/** How a leg ends its sending direction while it goes on receiving: a FIN, with close_notify before it where there is TLS. */
@FunctionalInterface
public interface OutputShutdown {
    /** After all that was written before; done when the peer can see it. Called once, on the event loop. */
    ChannelFuture shutdownOutput();

    /** The way of a leg without TLS: FIN after the last byte. */
    static OutputShutdown plain(Channel channel) {
        return () -> {
            ChannelPromise done = channel.newPromise();
            // DuplexChannel.shutdownOutput drops what is not with the kernel yet, so it has to wait for that.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
                if (flushed.isSuccess()) {
                    ((DuplexChannel) channel).shutdownOutput(done);
                } else {
                    done.setFailure(flushed.cause());
                }
            });
            return done;
        };
    }
}
