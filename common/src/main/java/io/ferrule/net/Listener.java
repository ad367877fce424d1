package io.ferrule.net;

import io.ferrule.config.Address;
import io.ferrule.config.ListenOptions;
import io.ferrule.config.OperatorException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Accepts connections on one address until it is closed. Any thread may call it. */
public final class Listener {
    /** The kernel takes the lesser of this and net.core.somaxconn, which is 4096 since Linux 5.4. */
    private static final int BACKLOG = 4096;

    private final Channel channel;
    private final Address address;
    private final Turnstile turnstile;

    private Listener(Channel channel, Address address, Turnstile turnstile) {
        this.channel = channel;
        this.address = address;
        this.turnstile = turnstile;
    }

    /** Who gets the connections; looked at anew for each. */
    private static final class Turnstile {
        volatile Acceptor acceptor;
        volatile boolean open;

        Turnstile(Acceptor acceptor) {
            this.acceptor = acceptor;
        }
    }

    /**
     * Binds, unless it is a socket that is bound already, and begins to accept. A host given by name is resolved here, so call
     * it at start, not on an event loop. A Unix socket's file gets mode 0600; a stale one in its place is removed first. An
     * abstract one has no file, and thus no mode: the acceptor has to judge who may come in.
     *
     * @param loops of the same transport; accepted connections are spread over them
     * @return fails with an {@link OperatorException} of one sentence
     */
    public static CompletableFuture<Listener> bind(
            Transport transport, EventLoopGroup loops, Address address, Acceptor acceptor) {
        return reserve(transport, loops, address, acceptor).thenApply(listener -> {
            listener.accept(acceptor);
            return listener;
        });
    }

    /**
     * The same, but accepts nothing until {@link #accept} is called: connections wait in the kernel's queue. Closed without that,
     * it resets them.
     */
    public static CompletableFuture<Listener> reserve(
            Transport transport, EventLoopGroup loops, Address address, Acceptor acceptor) {
        return reserve(transport, loops, address, ListenOptions.DEFAULT, acceptor);
    }

    /** The same, with options of the socket; that they cannot be set is a {@link SocketOptionException} behind the failure. */
    public static CompletableFuture<Listener> reserve(
            Transport transport, EventLoopGroup loops, Address address, ListenOptions options, Acceptor acceptor) {
        CompletableFuture<Listener> listener = new CompletableFuture<>();
        Turnstile turnstile = new Turnstile(acceptor);
        SocketAddress place = null; // of a socket that has none yet
        try {
            if (!(address instanceof Address.Adopted)) {
                place = place(transport, address);
            }
        } catch (OperatorException e) {
            listener.completeExceptionally(e);
            return listener;
        }
        ChannelFuture bound;
        try {
            ServerBootstrap bootstrap = bootstrap(transport, loops, address, place, options, turnstile);
            bound = place == null ? bootstrap.register() : bootstrap.bind(place);
        } catch (RuntimeException noSocket) { // Netty wraps a failing socket(2), for instance EMFILE
            listener.completeExceptionally(BindFailure.of(address, noSocket));
            return listener;
        }
        var unused = bound.addListener(done -> finish(bound, address, options, turnstile, listener));
        return listener;
    }

    /** Where it listens; a port that was given as 0 is now the one that the kernel chose. */
    public Address address() {
        return address;
    }

    /** The socket's file descriptor; -1 if the transport does not say it. */
    public int descriptor() {
        return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
    }

    /** Gives the connections accepted from now on to {@code next}, and begins to accept if it does not yet, or no longer. */
    public void accept(Acceptor next) {
        turnstile.acceptor = next;
        turnstile.open = true;
        setReading(true);
    }

    /** Accepts no more until {@link #accept} is called again; the socket stays, and connections wait in the kernel's queue. */
    public void pause() {
        turnstile.open = false;
        setReading(false);
    }

    /** On its loop: the handler for accepted connections is added a turn after the registration. */
    private void setReading(boolean reading) {
        channel.eventLoop().execute(() -> {
            if (turnstile.open == reading) { // else a later wish is on its way
                channel.config().setAutoRead(reading);
            }
        });
    }

    /** Stops accepting and removes a Unix socket's file; accepted connections stay. Then the address is free again. */
    @SuppressWarnings("FutureReturnValueIgnored") // the listeners see every outcome, a cancelled turn of the loop too
    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.close().addListener(done -> {
            try {
                // NIO gives the descriptor back only when its selector comes round again (Selector, "cancelled-key
                // set").
                channel.eventLoop()
                        .schedule(() -> {}, 1, TimeUnit.MILLISECONDS)
                        .addListener(turned -> closed.complete(null));
            } catch (RejectedExecutionException loopStops) {
                closed.complete(null);
            }
        });
        return closed;
    }

    private static ServerBootstrap bootstrap(
            Transport transport,
            EventLoopGroup loops,
            Address address,
            @Nullable SocketAddress place,
            ListenOptions options,
            Turnstile turnstile) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channelFactory(equipped(transport.serverChannel(address), place, options))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .handler(onEach(server -> server.pipeline()
                        .addLast(new AcceptPause(
                                server,
                                () -> turnstile.open,
                                resource -> turnstile.acceptor.paused().accept(resource)))))
                .childHandler(onEach(accepted -> {
                    Acceptor acceptor = turnstile.acceptor;
                    acceptor.options().apply(accepted);
                    accepted.pipeline().addLast(acceptor.handler());
                }));
        if (address instanceof Address.Tcp && !says(options, "SO_REUSEADDR")) {
            // A restart need not wait for TIME_WAIT. Never SO_REUSEPORT: a second instance on a busy port has to fail.
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        return bootstrap;
    }

    private static boolean says(ListenOptions options, String name) {
        return options.settings().stream().anyMatch(setting -> setting.name().equals(name));
    }

    /** Not by the bootstrap, which goes on without an option that cannot be set. */
    private static ChannelFactory<? extends ServerChannel> equipped(
            ChannelFactory<? extends ServerChannel> sockets, @Nullable SocketAddress place, ListenOptions options) {
        return () -> {
            ServerChannel channel = sockets.newChannel();
            try {
                InetAddress ip = place instanceof InetSocketAddress inet ? inet.getAddress() : null;
                SocketSettings.apply(channel, options.settings(), ip);
                return channel;
            } catch (SocketOptionException e) {
                channel.unsafe().closeForcibly();
                throw new ChannelException(e);
            }
        };
    }

    private static ChannelHandler onEach(java.util.function.Consumer<Channel> setUp) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                setUp.accept(channel);
            }
        };
    }

    private static SocketAddress place(Transport transport, Address address) throws OperatorException {
        if (address instanceof Address.Tcp tcp) {
            try {
                return new InetSocketAddress(InetAddress.getByName(tcp.host()), tcp.port());
            } catch (UnknownHostException e) {
                throw new OperatorException(
                        "", "cannot listen on " + address + ": the name \"" + tcp.host() + "\" has no address here");
            }
        }
        Address.Unix unix = (Address.Unix) address;
        if (!unix.isAbstract()) {
            new UnixSocketFile(unix.path()).makeWay();
        }
        return transport.socketAddress(unix);
    }

    private static void finish(
            ChannelFuture bound,
            Address asked,
            ListenOptions options,
            Turnstile turnstile,
            CompletableFuture<Listener> listener) {
        Throwable cause = bound.cause();
        if (cause == null) {
            try {
                listener.complete(new Listener(bound.channel(), actual(bound.channel(), asked, options), turnstile));
                return;
            } catch (IOException e) {
                var unused = bound.channel().close();
                cause = e;
            }
        }
        listener.completeExceptionally(BindFailure.of(asked, cause));
    }

    private static Address actual(Channel channel, Address asked, ListenOptions options) throws IOException {
        if (asked instanceof Address.Adopted there) {
            return there.bound();
        }
        if (asked instanceof Address.Tcp tcp) {
            return new Address.Tcp(tcp.host(), ((InetSocketAddress) channel.localAddress()).getPort());
        }
        Address.Unix unix = (Address.Unix) asked;
        if (!unix.isAbstract()) {
            new UnixSocketFile(unix.path()).protect(options.owner());
        }
        return asked;
    }
}
