package io.ferrule.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a service manager has at its end of {@code NOTIFY_SOCKET} (sd_notify(3)). Linux only. */
public final class NotifySocketPeer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final Channel channel;
    private final String address;

    private NotifySocketPeer(String address) {
        this.address = address;
        channel = new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        received.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(address.replaceFirst("^@", "\0")))
                .syncUninterruptibly()
                .channel();
    }

    /** A socket by its path. */
    public static NotifySocketPeer in(Path directory) {
        return new NotifySocketPeer(directory.resolve("notify").toString());
    }

    /** A socket in the abstract namespace. */
    public static NotifySocketPeer inAbstract() {
        return new NotifySocketPeer("@ferrule-test-" + UUID.randomUUID());
    }

    /** As the variable has it. */
    public String address() {
        return address;
    }

    /** The next message. */
    public String next() throws InterruptedException {
        return nextWith(message -> true);
    }

    /** The next message that contains a text; those before it are dropped. */
    public String nextWith(String text) throws InterruptedException {
        return nextWith(message -> message.contains(text));
    }

    /** The next message within a time, or null. */
    public @Nullable String within(Duration limit) throws InterruptedException {
        return received.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What has come and was not asked for yet. */
    public List<String> rest() {
        List<String> rest = new ArrayList<>();
        received.drainTo(rest);
        return rest;
    }

    private String nextWith(Predicate<String> wanted) throws InterruptedException {
        List<String> others = new ArrayList<>();
        for (String message = within(LIMIT); message != null; message = within(LIMIT)) {
            if (wanted.test(message)) {
                return message;
            }
            others.add(message);
        }
        throw new AssertionError("no such message came; others: " + others);
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
