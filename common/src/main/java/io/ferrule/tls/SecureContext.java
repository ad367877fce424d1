package io.ferrule.tls;

import io.ferrule.connection.PeerCheck;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/** How one leg of a tunnel speaks TLS: built once, shared by its connections on any thread. */
public interface SecureContext extends AutoCloseable {
    /**
     * A handler for one new channel of this leg.
     *
     * @param executor the channel's event loop
     * @param serverName connect leg: the name sent as SNI (RFC 6066 §3), or null for none; accept leg: null
     * @throws IllegalStateException if the context has been freed
     */
    SecureStream newHandler(EventExecutor executor, @Nullable String serverName);

    /** True unless clients that ask for this name, or for none, are refused. */
    boolean serves(@Nullable String serverName);

    /** What is asked of the certificate of a connection's peer for this name; null if nothing is. */
    @Nullable
    PeerCheck check(@Nullable String serverName);

    /** Ends the owner's use; connections that are still open live on. Only the first call counts. */
    @Override
    void close();
}
