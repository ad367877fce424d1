package io.ferrule.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Datagrams to a service manager, as sd_notify(3) has them. It has one thread and a socket of its own, whatever transport the
 * tunnels use: what is told of their event loops must not depend on them. Any thread may call it.
 */
public final class NotifySocket implements AutoCloseable {
    private static final long CLOSE_LIMIT_MILLIS = 1000;

    private final EventLoopGroup loop;
    private final Channel channel;
    private final Consumer<Throwable> failed;

    private NotifySocket(EventLoopGroup loop, Channel channel, Consumer<Throwable> failed) {
        this.loop = loop;
        this.channel = channel;
        this.failed = failed;
    }

    /**
     * Connects to the service manager's socket.
     *
     * @param address an absolute path, or {@code @NAME} for a socket in the abstract namespace (unix(7))
     * @param failed hears of each message that could not be sent
     * @throws IOException with a reason for the operator, if it cannot be reached
     */
    public static NotifySocket connect(String address, Consumer<Throwable> failed) throws IOException {
        if (!address.startsWith("/") && !address.startsWith("@")) {
            throw new IOException("neither a path nor the name of an abstract socket");
        }
        Throwable obstacle = Epoll.unavailabilityCause();
        if (obstacle != null) {
            throw new IOException(
                    "epoll, which is needed for it, does not work here: " + Unavailability.sentence(obstacle));
        }
        ThreadFactory named = task -> new FastThreadLocalThread(task, "ferrule-notify");
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, named, EpollIoHandler.newFactory());
        try {
            var connected = new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(new DomainSocketAddress(address.replaceFirst("^@", "\0")))
                    .awaitUninterruptibly();
            if (connected.isSuccess()) {
                return new NotifySocket(loop, connected.channel(), failed);
            }
            Errno errno = Errno.of(connected.cause());
            throw new IOException(
                    errno == null ? String.valueOf(connected.cause().getMessage()) : errno.words(), connected.cause());
        } catch (IOException | RuntimeException e) {
            end(loop);
            throw e;
        }
    }

    /** Runs what belongs to it on a clock of its own; nothing there may block. */
    public ScheduledExecutorService clock() {
        return loop;
    }

    /** Sends lines of {@code NAME=value} as one datagram; dropped while the manager has not read the last ones. */
    public void send(String message) {
        if (!channel.isWritable()) {
            failed.accept(new IOException("the service manager does not read"));
            return;
        }
        channel.writeAndFlush(Unpooled.wrappedBuffer(message.getBytes(StandardCharsets.UTF_8)))
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        failed.accept(sent.cause());
                    }
                });
    }

    /** Sends what has been given to it, waiting a moment at most, and ends. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly(CLOSE_LIMIT_MILLIS);
        end(loop);
    }

    private static void end(EventLoopGroup loop) {
        loop.shutdownGracefully(0, CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_LIMIT_MILLIS);
    }
}
