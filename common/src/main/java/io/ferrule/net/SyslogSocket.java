package io.ferrule.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams to the system's log, which may come and go meanwhile: as with syslog(3), what nobody takes is lost, and nobody is
 * told. One thread at a time uses it, and waits a second at most.
 */
public final class SyslogSocket implements AutoCloseable {
    private static final long LIMIT_MILLIS = 1000;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLoopGroup loop;
    private final DomainSocketAddress address;
    private @Nullable Channel channel;
    private long failedAt = System.nanoTime() - RETRY_NANOS;

    private SyslogSocket(EventLoopGroup loop, DomainSocketAddress address) {
        this.loop = loop;
        this.address = address;
    }

    /**
     * To a socket, whether somebody reads there or not.
     *
     * @param address an absolute path, or {@code @NAME} for a socket in the abstract namespace (unix(7))
     * @throws IOException with a reason for the operator, if this system knows no such sockets
     */
    public static SyslogSocket to(String address) throws IOException {
        Throwable obstacle = Epoll.unavailabilityCause();
        if (obstacle != null) {
            throw new IOException("syslog needs epoll, which does not work here: " + Unavailability.sentence(obstacle));
        }
        ThreadFactory named = task -> {
            Thread thread = new FastThreadLocalThread(task, "ferrule-syslog");
            thread.setDaemon(true);
            return thread;
        };
        return new SyslogSocket(
                new MultiThreadIoEventLoopGroup(1, named, EpollIoHandler.newFactory()),
                new DomainSocketAddress(address.replaceFirst("^@", "\0")));
    }

    /** Sends one message. If the log has begun anew since the last one, it is sent there. */
    public void send(byte[] message) {
        if (!sent(message)) {
            disconnect();
            if (!sent(message)) {
                disconnect();
                failedAt = System.nanoTime();
            }
        }
    }

    private boolean sent(byte[] message) {
        Channel connected = connected();
        if (connected == null) {
            return false;
        }
        ChannelFuture done = connected.writeAndFlush(Unpooled.wrappedBuffer(message));
        return done.awaitUninterruptibly(LIMIT_MILLIS) && done.isSuccess();
    }

    private @Nullable Channel connected() {
        if (channel == null && System.nanoTime() - failedAt >= RETRY_NANOS) {
            ChannelFuture attempt = new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(address);
            if (attempt.awaitUninterruptibly(LIMIT_MILLIS) && attempt.isSuccess()) {
                channel = attempt.channel();
            }
        }
        return channel;
    }

    private void disconnect() {
        if (channel != null) {
            channel.close().awaitUninterruptibly(LIMIT_MILLIS);
            channel = null;
        }
    }

    @Override
    public void close() {
        disconnect();
        loop.shutdownGracefully(0, LIMIT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(LIMIT_MILLIS);
    }
}
