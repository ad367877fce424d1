package io.ferrule.relay;

import io.netty.channel.ChannelFuture;

/** How a leg ends its sending direction while it goes on receiving: a FIN, with close_notify before it where there is TLS. */
@FunctionalInterface
public interface OutputShutdown {
    /** After all that was written before; done when the peer can see it. Called once, on the event loop. */
    ChannelFuture shutdownOutput();
}
