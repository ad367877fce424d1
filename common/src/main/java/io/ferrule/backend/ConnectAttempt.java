package io.ferrule.backend;

import io.ferrule.config.Address;
import io.ferrule.net.Errno;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection on its way to a target: name, then address after address, under one deadline. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel that nobody has seen: nobody to tell
final class ConnectAttempt {
    private static final long LEAST_SHARE_MILLIS = 250;
    private static final long UNIX_RETRY_MILLIS = 20;

    private final Backend backend;
    private final EventLoop loop;
    private final ChannelHandler handler;
    private final Promise<Channel> connected;
    private final long deadlineNanos;
    private final Queue<SocketAddress> untried = new ArrayDeque<>();
    private final List<String> failures = new ArrayList<>();
    private boolean timedOut;
    private @Nullable Channel current;
    private @Nullable SocketAddress currentAddress;

    ConnectAttempt(Backend backend, EventLoop loop, ChannelHandler handler) {
        this.backend = backend;
        this.loop = loop;
        this.handler = handler;
        this.connected = loop.newPromise();
        this.deadlineNanos = System.nanoTime() + backend.within().toNanos();
    }

    Future<Channel> connected() {
        return connected;
    }

    /** Any thread may call it. */
    void start() {
        if (loop.inEventLoop()) {
            begin();
        } else {
            loop.execute(this::begin);
        }
    }

    private void begin() {
        ScheduledFuture<?> deadline =
                loop.schedule(this::giveUp, backend.within().toNanos(), TimeUnit.NANOSECONDS);
        connected.addListener(done -> {
            deadline.cancel(false);
            if (!done.isSuccess()) {
                closeCurrent(); // cancelled or out of time: what is under way must not connect later
            }
        });
        if (backend.target() instanceof Address.Tcp tcp) {
            backend.names()
                    .resolve(tcp.host())
                    .whenComplete((addresses, failure) -> onLoop(() -> {
                        if (failure == null) {
                            addresses.forEach(address -> untried.add(new InetSocketAddress(address, tcp.port())));
                            tryNext();
                        } else {
                            fail(unresolved(tcp.host(), failure));
                        }
                    }));
        } else {
            untried.add(backend.transport().socketAddress((Address.Unix) backend.target()));
            tryNext();
        }
    }

    private void tryNext() {
        if (connected.isDone()) {
            return;
        }
        SocketAddress address = untried.poll();
        if (address == null) {
            fail(String.join("; ", failures));
            return;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        long share = Math.max(left / (untried.size() + 1), LEAST_SHARE_MILLIS);
        currentAddress = address;
        Channel channel;
        try {
            channel = backend.transport().channel(backend.target()).newChannel();
        } catch (RuntimeException noSocket) { // Netty wraps a failing socket(2), for instance EMFILE
            missed(address, noSocket);
            return;
        }
        current = channel;
        backend.options().apply(channel);
        channel.config().setConnectTimeoutMillis((int) Math.min(share, Integer.MAX_VALUE));
        channel.pipeline().addLast(new Gate());
        loop.register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                channel.connect(address).addListener(tried -> conclude(channel, address, (ChannelFuture) tried));
            } else {
                missed(address, registered.cause());
            }
        });
    }

    private void conclude(Channel channel, SocketAddress address, ChannelFuture tried) {
        if (tried.isSuccess() || connected.isDone()) {
            return; // the gate has handed it over, or the end has closed it
        }
        channel.close();
        if (address instanceof InetSocketAddress || Errno.of(tried.cause()) != Errno.EAGAIN) {
            missed(address, tried.cause());
            return;
        }
        // A Unix socket whose queue is full refuses at once (connect(2)), where TCP would wait: wait in its stead.
        untried.add(address);
        loop.schedule(this::tryNext, UNIX_RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void missed(SocketAddress address, Throwable cause) {
        timedOut |= cause instanceof ConnectTimeoutException;
        failures.add(named(address) + why(cause));
        currentAddress = null;
        tryNext();
    }

    private void giveUp() {
        timedOut = true;
        failures.add(
                currentAddress == null
                        ? "the name was not resolved within " + backend.within().toMillis() + " ms"
                        : named(currentAddress) + "did not answer in time");
        fail(String.join("; ", failures));
    }

    private void fail(String why) {
        connected.tryFailure(new ConnectFailed("cannot connect to " + backend.target() + ": " + why, timedOut));
    }

    private void closeCurrent() {
        if (current != null) {
            current.close();
        }
    }

    /** A loop that is shutting down takes no more tasks; its end fails the promise's waiters with it. */
    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException stopping) {
            connected.tryFailure(new ConnectFailed("cannot connect to " + backend.target() + ": stopping", false));
        }
    }

    private static String unresolved(String host, Throwable failure) {
        return failure instanceof RejectedExecutionException
                ? "too many names are being looked up"
                : "the name \"" + host + "\" has no address";
    }

    private String named(SocketAddress address) {
        if (!(address instanceof InetSocketAddress tcp)) {
            return "";
        }
        InetAddress ip = tcp.getAddress();
        return new Address.Tcp(ip.getHostAddress(), tcp.getPort()) + " ";
    }

    private static String why(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "did not answer in time";
        }
        Errno errno = Errno.of(cause);
        return errno == null ? String.valueOf(cause.getMessage()) : errno.words();
    }

    /** Stands in the pipeline until the connection does, so that the handler sees exactly the one that succeeded. */
    private final class Gate extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (connected.isDone()) { // too late
                ctx.close();
                return;
            }
            ctx.pipeline().addLast(handler);
            if (!connected.trySuccess(ctx.channel())) {
                ctx.close();
                return;
            }
            ctx.fireChannelActive();
            if (!ctx.isRemoved()) {
                ctx.pipeline().remove(this);
            }
        }
    }
}
