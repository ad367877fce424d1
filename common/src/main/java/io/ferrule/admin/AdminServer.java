package io.ferrule.admin;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The admin endpoint, listening until it is stopped. Any thread may call it. */
public final class AdminServer {
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listener;
    private final Address address;

    private AdminServer(AdminListener listener, Pages pages) throws OperatorException {
        this.listener = bind(listener, new AdminPipeline(pages, new HostGuard(listener.address()), connections));
        this.address = listener.address() instanceof Address.Tcp tcp
                ? new Address.Tcp(tcp.host(), ((InetSocketAddress) this.listener.localAddress()).getPort())
                : listener.address();
    }

    /**
     * Binds and begins to answer. It waits for the bind and may resolve a name: call it at start, not on an event loop.
     *
     * @throws OperatorException if the address cannot be listened on
     */
    public static AdminServer start(AdminListener listener, AdminSources sources) throws OperatorException {
        return start(
                listener,
                new Pages(
                        sources.tunnels().stream().map(TunnelView::of).toList(),
                        sources.metrics(),
                        sources.config(),
                        sources.draining()));
    }

    static AdminServer start(AdminListener listener, Pages pages) throws OperatorException {
        return new AdminServer(listener, pages);
    }

    /** Where it listens; a port that was given as 0 is now the one that the kernel chose. */
    public Address address() {
        return address;
    }

    /** Stops listening and closes every connection, answered or not: call it last, readiness is asked for while draining. */
    public CompletionStage<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        listener.close().addListener(closed -> connections.close().addListener(all -> stopped.complete(null)));
        return stopped;
    }

    private static Channel bind(AdminListener listener, AdminPipeline pipeline) throws OperatorException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(listener.loop())
                .channelFactory(listener.channels())
                .childHandler(pipeline);
        if (listener.address() instanceof Address.Tcp) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        ChannelFuture bound = bootstrap.bind(listener.socketAddress()).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new OperatorException(
                    "admin",
                    "cannot listen on " + listener.address() + ": " + why(cause) + "; choose another with --admin");
        }
        return bound.channel();
    }

    private static String why(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("in use")) {
            return "another process has that address";
        }
        if (message.contains("assign requested address")) {
            return "this machine has no such address";
        }
        if (message.contains("denied")) {
            return "this user may not (a port below 1024 needs CAP_NET_BIND_SERVICE, a socket a writable directory)";
        }
        return cause instanceof UnresolvedAddressException ? "that name has no address" : message;
    }
}
