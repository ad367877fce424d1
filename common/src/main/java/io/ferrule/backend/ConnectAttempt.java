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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection on its way to a target: address after address, as {@link AddressSearch} finds them, within {@link ConnectTime}. Event
 * loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel that nobody has seen: nobody to tell
final class ConnectAttempt {
    private static final long UNIX_RETRY_MILLIS = 20;

    private final Backend backend;
    private final EventLoop loop;
    private final ChannelHandler handler;
    private final ConnectTries tries;
    private final Promise<Channel> connected;
    private final ConnectTime time;
    private final AddressSearch search;
    private final List<String> failures = new ArrayList<>();
    private boolean timedOut;
    private @Nullable Channel current;
    private @Nullable SocketAddress currentAddress;
    private @Nullable SocketAddress again; // tried before, and to be tried again

    ConnectAttempt(
            Backend backend, EventLoop loop, ChannelHandler handler, ConnectTries tries, @Nullable LastTarget last) {
        this.backend = backend;
        this.loop = loop;
        this.handler = handler;
        this.tries = tries;
        this.connected = loop.newPromise();
        this.time = new ConnectTime(
                backend.within(), backend.each() && backend.targets().arePlaces());
        this.search = new AddressSearch(backend, tries, last, time, new Searching());
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
                time.isOfAll() ? loop.schedule(this::giveUp, time.limit().toNanos(), TimeUnit.NANOSECONDS) : null;
        connected.addListener(done -> {
            if (deadline != null) {
                deadline.cancel(false);
            }
            if (!done.isSuccess()) {
                closeCurrent(); // cancelled or out of time: what is under way must not connect later
            }
        });
        search.begin(this::tryNext);
    }

    private void tryNext() {
        if (connected.isDone()) {
            return;
        }
        if (search.needsLookUp()) {
            search.lookUp(this::tryNext);
        } else if (search.isOver()) {
            fail(String.join("; ", failures));
        } else {
            attempt(search.next());
        }
    }

    private void attempt(SocketAddress address) {
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
        if (!address.equals(again)) {
            time.step();
            if (!backend.targets().isProgram() && borrowed == null && source == null) {
                tries.trying(address);
            }
        }
        currentAddress = address;
        dial(address, source, borrowed);
    }

    private void dial(SocketAddress address, @Nullable InetAddress source, @Nullable BorrowedAddress borrowed) {
        Channel channel;
        try {
            channel = backend.transport().channel(address).newChannel();
        } catch (RuntimeException noSocket) { // Netty wraps a failing socket(2), for instance EMFILE
            missed(address, noSocket);
            return;
        }
        current = channel;
        backend.options().apply(channel);
        channel.config().setConnectTimeoutMillis((int) Math.min(search.shareMillis(), Integer.MAX_VALUE));
        channel.pipeline().addLast(new Gate());
        if (source != null) {
            Tcp.chooseLocalPortLate(channel);
        }
        loop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                missed(address, registered.cause());
            } else if (borrowed != null) {
                borrowed.bind(channel, failure -> connectBound(channel, address, failure));
            } else if (source != null) {
                BorrowedAddress.bindAnyPort(channel, source, tries, failure -> connectBound(channel, address, failure));
            } else {
                channel.connect(address).addListener(tried -> conclude(channel, address, (ChannelFuture) tried));
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
        if (address instanceof InetSocketAddress || !search.isOver() || Errno.of(tried.cause()) != Errno.EAGAIN) {
            missed(address, tried.cause());
            return;
        }
        if (time.isOver()) {
            missed(address, new ConnectTimeoutException("its queue is full"));
            return;
        }
        // A Unix socket whose queue is full refuses at once (connect(2)), where TCP would wait: wait in its stead.
        search.again(address);
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

    private final class Searching implements AddressSearch.Owner {
        /** A loop that is shutting down takes no more tasks; its end fails the promise's waiters with it. */
        @Override
        public void onLoop(Runnable task) {
            try {
                loop.execute(task);
            } catch (RejectedExecutionException stopping) {
                connected.tryFailure(new ConnectFailed("cannot connect to " + backend.targets() + ": stopping", false));
            }
        }

        @Override
        public void without(String why, boolean late) {
            timedOut |= late;
            failures.add(why);
        }

        @Override
        public void ifInVain(Runnable task) {
            connected.addListener(done -> {
                if (!done.isSuccess()) {
                    task.run();
                }
            });
        }
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
        return backend.targets().entries().size() > 1
                ? "unix:" + address.toString().replace('\0', '@') + " "
                : "";
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
