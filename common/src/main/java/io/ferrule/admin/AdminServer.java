package io.ferrule.admin;

import io.ferrule.config.Address;
import io.ferrule.config.Limits;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.Timeouts;
import io.ferrule.net.Acceptor;
import io.ferrule.net.LegOptions;
import io.ferrule.net.Listener;
import io.ferrule.net.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin endpoint or the health socket, listening until it is stopped. Any thread may call it. */
public final class AdminServer {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    /** Bounded buffers and a notice of vanished peers, as a tunnel's connections have them if nothing else is said. */
    private static final LegOptions OPTIONS = LegOptions.of(Limits.DEFAULT, Timeouts.DEFAULT);

    private final Listener listener;
    private final ChannelGroup connections;

    private AdminServer(Listener listener, ChannelGroup connections) {
        this.listener = listener;
        this.connections = connections;
    }

    /**
     * Binds and begins to answer. It waits for the bind and may resolve a name: call it at start, not on an event loop.
     *
     * @param loop of the same transport, one that relays no bytes: pages are made on it, and those of a busy process take
     *     milliseconds; its owner shuts it down
     * @throws OperatorException if the address cannot be listened on
     */
    public static AdminServer start(Address address, Transport transport, EventLoopGroup loop, Pages pages)
            throws OperatorException {
        return start(new Entrance("--admin", address, anyone -> true), transport, loop, pages);
    }

    static AdminServer start(Entrance entrance, Transport transport, EventLoopGroup loop, Site site)
            throws OperatorException {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        Acceptor acceptor =
                new Acceptor(OPTIONS, new AdminPipeline(site, entrance, connections), AdminServer::acceptPaused);
        try {
            return new AdminServer(
                    Listener.bind(transport, loop, entrance.address(), acceptor).join(), connections);
        } catch (CompletionException e) {
            if (e.getCause() instanceof OperatorException refused) {
                throw new OperatorException(refused.problems().stream()
                        .map(problem -> new Problem(entrance.option(), problem.message()))
                        .toList());
            }
            throw e;
        }
    }

    private static void acceptPaused(String resource) {
        LOG.atWarn().addKeyValue("resource", resource).log("the admin endpoint takes no connections for a moment");
    }

    /** Where it listens; a port that was given as 0 is now the one that the kernel chose. */
    public Address address() {
        return listener.address();
    }

    /** Stops listening and closes every connection, answered or not: call it last, readiness is asked for while draining. */
    public CompletionStage<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        listener.close().thenRun(() -> connections.close().addListener(all -> stopped.complete(null)));
        return stopped;
    }
}
