package io.ferrule.backend;

import io.ferrule.config.Address;
import io.ferrule.net.Errno;
import io.ferrule.net.Tcp;
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
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One connection on its way to a target: name, then address after address, under one deadline. Where targets are taken by priority a
 * name is not looked up before it is needed; where they take turns, all are. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel that nobody has seen: nobody to tell
final class ConnectAttempt {
    private static final long LEAST_SHARE_MILLIS = 250;
    private static final long UNIX_RETRY_MILLIS = 20;

    private final Backend backend;
    private final EventLoop loop;
    private final ChannelHandler handler;
    private final ConnectTries tries;
    private final @Nullable LastTarget last;
    private final Promise<Channel> connected;
    private final long deadlineNanos;
    private final List<Address> entries;
    private final Queue<SocketAddress> untried = new ArrayDeque<>();
    private final List<String> failures = new ArrayList<>();
    private int resolved; // of the entries, from the first
    private boolean timedOut;
    private @Nullable Channel current;
    private @Nullable SocketAddress currentAddress;
    private @Nullable SocketAddress again; // tried before, and to be tried again
    private boolean begun;

    ConnectAttempt(
            Backend backend, EventLoop loop, ChannelHandler handler, ConnectTries tries, @Nullable LastTarget last) {
        this.last = last;
        this.backend = backend;
        this.loop = loop;
        this.handler = handler;
        this.tries = tries;
        this.connected = loop.newPromise();
        this.entries = backend.targets().entries();
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
        if (backend.targets().takeTurns() || (last != null && last.address() != null)) {
            resolveAll();
        } else {
            tryNext();
        }
    }

    private void resolveAll() {
        if (resolved < entries.size()) {
            resolveNext(this::resolveAll);
            return;
        }
        if (!beginWithLast()) {
            int first = untried.isEmpty() ? 0 : backend.targets().turn(untried.size());
            tellSeveral(first, untried.size());
            begin(first);
        }
        tryNext();
    }

    /** True if the target of the session is among several addresses, and is now the first of them. */
    private boolean beginWithLast() {
        SocketAddress before = last == null ? null : last.address();
        if (before == null || untried.size() < 2) {
            return false;
        }
        int place = new ArrayList<>(untried).indexOf(before);
        if (place < 0) {
            return false;
        }
        tries.continued(before, true);
        begun = true;
        begin(place);
        return true;
    }

    private void begin(int first) {
        for (int i = 0; i < first; i++) {
            untried.add(untried.remove());
        }
    }

    private void tellSeveral(int first, int addresses) {
        if (!begun && addresses > 1) {
            if (last != null) {
                tries.continued(last.address(), false);
            }
            tries.found(first, backend.targets().takeTurns());
        }
        begun = true;
    }

    private void resolveNext(Runnable next) {
        Address entry = entries.get(resolved++);
        if (entry instanceof Address.Program program) {
            start(program, next);
            return;
        }
        if (entry instanceof Address.Standard) {
            StandardStreams.begin()
                    .whenComplete((streams, failure) -> onLoop(() -> {
                        if (failure == null) {
                            tries.delivers(streams.delivered());
                            untried.add(backend.transport().socketAddress(new Address.Unix(streams.path())));
                        } else {
                            failures.add(String.valueOf(failure.getMessage()));
                        }
                        next.run();
                    }));
            return;
        }
        if (entry instanceof Address.Asked || entry instanceof Address.Original) {
            failures.add("no client has said where to");
            next.run();
            return;
        }
        if (!(entry instanceof Address.Tcp tcp)) {
            untried.add(backend.transport().socketAddress((Address.Unix) entry));
            next.run();
            return;
        }
        lookUp(tcp.host())
                .whenComplete((addresses, failure) -> onLoop(() -> {
                    if (failure == null) {
                        addresses.forEach(address -> untried.add(new InetSocketAddress(address, tcp.port())));
                    } else {
                        timedOut |= failure instanceof TimeoutException;
                        tries.nameUnknown(tcp.host());
                        failures.add(ConnectWords.unresolved(tcp.host(), failure));
                    }
                    next.run();
                }));
    }

    private void start(Address.Program program, Runnable next) {
        ProgramStart.begin(program, tries.client()).whenComplete((started, failure) -> {
            if (started != null) {
                connected.addListener(done -> {
                    if (!done.isSuccess()) {
                        started.abandon();
                    }
                });
                started.ended().thenAccept(status -> onLoop(() -> tries.ended(started.pid(), status)));
            }
            onLoop(() -> {
                if (started == null) {
                    String why = String.valueOf(failure.getMessage());
                    tries.notStarted(program.command().get(0), why);
                    failures.add("it cannot be started: " + why);
                } else {
                    tries.started(started.pid());
                    untried.add(backend.transport().socketAddress(new Address.Unix(started.socket())));
                }
                next.run();
            });
        });
    }

    /** A name service that hangs must not keep a connection from the other targets. */
    private CompletableFuture<List<InetAddress>> lookUp(String host) {
        CompletableFuture<List<InetAddress>> answer = backend.names().resolve(host);
        return isOneOfSeveral() ? answer.copy().orTimeout(shareMillis(2), TimeUnit.MILLISECONDS) : answer;
    }

    /** Of the time that is left, if there are that many things to do besides all that is untried. */
    private long shareMillis(int more) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        return Math.max(left / (untried.size() + entries.size() - resolved + more), LEAST_SHARE_MILLIS);
    }

    private void tryNext() {
        if (connected.isDone()) {
            return;
        }
        SocketAddress address = untried.poll();
        if (address == null) {
            if (resolved < entries.size()) {
                resolveNext(this::tryNext);
            } else {
                fail(String.join("; ", failures));
            }
            return;
        }
        tellSeveral(0, 1 + untried.size() + entries.size() - resolved);
        InetAddress source = backend.targets().source();
        if (source != null && !isOfFamily(source, address)) {
            missed(address, "cannot be reached from " + source.getHostAddress());
            return;
        }
        InetSocketAddress shown = tries.shown();
        BorrowedAddress borrowed =
                shown == null || backend.targets().isProgram() ? null : new BorrowedAddress(shown, tries);
        if (borrowed != null && !borrowed.fits(address)) {
            missed(address, "cannot be reached from " + shown);
            return;
        }
        if (!address.equals(again) && !backend.targets().isProgram() && borrowed == null) {
            tries.trying(address);
        }
        currentAddress = address;
        Channel channel;
        try {
            channel = backend.transport().channel(address).newChannel();
        } catch (RuntimeException noSocket) { // Netty wraps a failing socket(2), for instance EMFILE
            missed(address, noSocket);
            return;
        }
        current = channel;
        backend.options().apply(channel);
        channel.config().setConnectTimeoutMillis((int) Math.min(shareMillis(1), Integer.MAX_VALUE));
        channel.pipeline().addLast(new Gate());
        if (source != null) {
            Tcp.chooseLocalPortLate(channel);
        }
        SocketAddress local = source == null ? null : new InetSocketAddress(source, 0);
        loop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                missed(address, registered.cause());
            } else if (borrowed == null) {
                channel.connect(address, local).addListener(tried -> conclude(channel, address, (ChannelFuture) tried));
            } else {
                borrowed.bind(channel, failure -> connectBound(channel, address, failure));
            }
        });
    }

    private void connectBound(Channel channel, SocketAddress address, @Nullable Throwable failure) {
        if (failure != null) { // which has been told
            channel.close();
            missed(address, ConnectWords.why(failure));
            return;
        }
        tries.trying(address);
        channel.connect(address).addListener(tried -> conclude(channel, address, (ChannelFuture) tried));
    }

    private void conclude(Channel channel, SocketAddress address, ChannelFuture tried) {
        if (tried.isSuccess() || connected.isDone()) {
            return; // the gate has handed it over, or the end has closed it
        }
        channel.close();
        boolean last = untried.isEmpty() && resolved == entries.size();
        if (address instanceof InetSocketAddress || !last || Errno.of(tried.cause()) != Errno.EAGAIN) {
            missed(address, tried.cause());
            return;
        }
        // A Unix socket whose queue is full refuses at once (connect(2)), where TCP would wait: wait in its stead.
        untried.add(address);
        again = address;
        loop.schedule(this::tryNext, UNIX_RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void missed(SocketAddress address, Throwable cause) {
        timedOut |= cause instanceof ConnectTimeoutException;
        tries.missed(address, cause instanceof ConnectTimeoutException ? null : ConnectWords.told(cause));
        missed(address, ConnectWords.why(cause));
    }

    private void missed(SocketAddress address, String why) {
        failures.add(named(address) + why);
        currentAddress = null;
        tryNext();
    }

    private void giveUp() {
        timedOut = true;
        if (currentAddress != null) {
            tries.missed(currentAddress, null);
        }
        failures.add(
                currentAddress == null
                        ? "the name was not resolved within " + backend.within().toMillis() + " ms"
                        : named(currentAddress) + "did not answer in time");
        fail(String.join("; ", failures));
    }

    private void fail(String why) {
        connected.tryFailure(new ConnectFailed("cannot connect to " + backend.targets() + ": " + why, timedOut));
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
            connected.tryFailure(new ConnectFailed("cannot connect to " + backend.targets() + ": stopping", false));
        }
    }

    private boolean isOneOfSeveral() {
        return entries.size() > 1;
    }

    private static boolean isOfFamily(InetAddress source, SocketAddress address) {
        return address instanceof InetSocketAddress tcp
                && (tcp.getAddress() instanceof Inet4Address) == (source instanceof Inet4Address);
    }

    /** Only one that is not named as the target already. */
    private String named(SocketAddress address) {
        if (address instanceof InetSocketAddress tcp) {
            return new Address.Tcp(tcp.getAddress().getHostAddress(), tcp.getPort()) + " ";
        }
        return isOneOfSeveral() ? "unix:" + address.toString().replace('\0', '@') + " " : "";
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
