package io.ferrule.net;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TransportChoice;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A way to the kernel's sockets: its event loops and its channels, for TCP and Unix sockets alike. Every channel it makes is
 * a {@link io.netty.channel.socket.DuplexChannel}. A process uses one.
 */
public enum Transport {
    /** Linux io_uring: fewest system calls, but often forbidden in containers. */
    IO_URING(
            "linux", "it needs Linux 5.14 or later, kernel.io_uring_disabled=0 and a container profile that allows it"),
    /** Linux epoll. */
    EPOLL("linux", "it needs x86-64 or aarch64, glibc, and a temporary directory from which code may run"),
    /** macOS kqueue. */
    KQUEUE("mac", "it needs a temporary directory from which code may run"),
    /** The Java runtime's own, everywhere. It cannot set TCP_USER_TIMEOUT nor tell what a peer has acknowledged. */
    NIO("", "");

    /** What {@link TransportChoice#AUTO} tries, best first. */
    private static final List<Transport> PREFERENCE = List.of(EPOLL, KQUEUE, NIO);

    private static final int MOST_LOOPS_BY_DEFAULT = 4;

    private static final String MULTISHOT_ACCEPT = "io.netty.iouring.acceptMultiShotEnabled";

    static {
        // A multishot accept that fails, for instance with EMFILE, is armed again at once even if reading is switched
        // off
        // (AbstractIoUringChannel.readComplete, Netty 4.2.18), so that a pause would burn a core. Netty reads this
        // property
        // when IoUring is loaded, which happens after this class is.
        if (System.getProperty(MULTISHOT_ACCEPT) == null) {
            System.setProperty(MULTISHOT_ACCEPT, "false");
        }
    }

    private final String system;
    private final String needs;

    Transport(String system, String needs) {
        this.system = system;
        this.needs = needs;
    }

    /**
     * The transport to use here.
     *
     * @throws OperatorException if one was asked for by name and does not work here
     */
    public static Transport choose(TransportChoice choice) throws OperatorException {
        return switch (choice) {
            case AUTO ->
                PREFERENCE.stream().filter(Transport::works).findFirst().orElse(NIO);
            case IO_URING -> IO_URING.orRefuse();
            case EPOLL -> EPOLL.orRefuse();
            case KQUEUE -> KQUEUE.orRefuse();
            case NIO -> NIO;
        };
    }

    /** A sentence for the start log: which one this is, and why it and not a better one. */
    public String describe(TransportChoice choice) {
        if (choice != TransportChoice.AUTO) {
            return "transport " + this + ", as asked for";
        }
        String missing = PREFERENCE.stream()
                .takeWhile(better -> better != this)
                .filter(Transport::isMeantForThisSystem)
                .map(better -> better + " does not work here: " + better.unavailability() + " (" + better.needs + ")")
                .collect(Collectors.joining("; "));
        return "transport " + this + (missing.isEmpty() ? ", the best that works here" : ", because " + missing);
    }

    /** True if this machine, kernel and container let it run. */
    public boolean works() {
        return obstacle() == null;
    }

    /**
     * New event loops with threads named {@code ferrule-loop-1} and so on; the caller shuts them down.
     *
     * @param threads how many; 0 takes one a core, at most four
     */
    public EventLoopGroup newEventLoops(int threads) {
        int count = threads > 0 ? threads : Math.min(Runtime.getRuntime().availableProcessors(), MOST_LOOPS_BY_DEFAULT);
        AtomicInteger number = new AtomicInteger();
        ThreadFactory named = task -> new FastThreadLocalThread(task, "ferrule-loop-" + number.incrementAndGet());
        return new MultiThreadIoEventLoopGroup(count, named, ioHandlers());
    }

    /** Makes listening channels for such an address. */
    public ChannelFactory<? extends ServerChannel> serverChannel(Address address) {
        if (address instanceof Address.Adopted there) {
            return adopted(there);
        }
        boolean unix = address instanceof Address.Unix;
        return switch (this) {
            case IO_URING -> unix ? IoUringServerDomainSocketChannel::new : IoUringServerSocketChannel::new;
            case EPOLL -> unix ? EpollServerDomainSocketChannel::new : EpollServerSocketChannel::new;
            case KQUEUE -> unix ? KQueueServerDomainSocketChannel::new : KQueueServerSocketChannel::new;
            case NIO -> unix ? NioServerDomainSocketChannel::new : NioServerSocketChannel::new;
        };
    }

    private ChannelFactory<? extends ServerChannel> adopted(Address.Adopted there) {
        if (this != EPOLL) {
            throw new IllegalArgumentException(this + " cannot adopt a socket");
        }
        return there.bound() instanceof Address.Unix
                ? () -> new EpollServerDomainSocketChannel(there.descriptor(), true)
                : () -> new EpollServerSocketChannel(there.descriptor());
    }

    /** Makes connecting channels for such an address; {@link LegOptions#apply} has to follow. */
    public ChannelFactory<? extends Channel> channel(Address address) {
        return connecting(address instanceof Address.Unix);
    }

    /** The same for an address that is resolved; what is none of TCP is a Unix socket. */
    public ChannelFactory<? extends Channel> channel(SocketAddress address) {
        return connecting(!(address instanceof InetSocketAddress));
    }

    private ChannelFactory<? extends Channel> connecting(boolean unix) {
        return switch (this) {
            case IO_URING -> unix ? IoUringDomainSocketChannel::new : IoUringSocketChannel::new;
            case EPOLL -> unix ? EpollDomainSocketChannel::new : EpollSocketChannel::new;
            case KQUEUE -> unix ? KQueueDomainSocketChannel::new : KQueueSocketChannel::new;
            case NIO -> unix ? NioDomainSocketChannel::new : NioSocketChannel::new;
        };
    }

    /** True if any option that the kernel has can be set on its sockets, by number. */
    public boolean setsKernelOptions() {
        return this == IO_URING || this == EPOLL;
    }

    /** True if it can listen on abstract Unix sockets: a {@link java.nio.file.Path}, which the others take, holds no NUL. */
    public boolean hasAbstractSockets() {
        return this == IO_URING || this == EPOLL;
    }

    /** The address as this transport's Unix channels take it. */
    public SocketAddress socketAddress(Address.Unix address) {
        if (address.isAbstract() && hasAbstractSockets()) {
            return new DomainSocketAddress("\0" + address.path().toString().substring(1)); // unix(7)
        }
        return this == NIO
                ? UnixDomainSocketAddress.of(address.path())
                : new DomainSocketAddress(address.path().toString());
    }

    /** The name as configured and printed, such as {@code io_uring}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private IoHandlerFactory ioHandlers() {
        return switch (this) {
            case IO_URING -> UringHalfCloseFix.factory();
            case EPOLL -> EpollHalfCloseFix.factory();
            case KQUEUE -> KQueueIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    private Transport orRefuse() throws OperatorException {
        if (works()) {
            return this;
        }
        String remedy = isMeantForThisSystem() ? "; " + needs : "";
        throw new OperatorException(
                "transport", this + " does not work here: " + unavailability() + remedy + "; or choose auto");
    }

    private boolean isMeantForThisSystem() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith(system);
    }

    private String unavailability() {
        Throwable obstacle = obstacle();
        return obstacle == null ? "" : Unavailability.sentence(obstacle);
    }

    private @Nullable Throwable obstacle() {
        return switch (this) {
            case IO_URING -> IoUring.unavailabilityCause();
            case EPOLL -> Epoll.unavailabilityCause();
            case KQUEUE -> KQueue.unavailabilityCause();
            case NIO -> null;
        };
    }
}
