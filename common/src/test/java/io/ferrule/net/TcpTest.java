package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ferrule.config.Address;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What TCP does and tells, seen from a real peer. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpTest {
    private static final int MORE_THAN_ANY_BUFFER = 32_000_000;

    @TempDir
    Path directory;

    static Stream<Transport> transports() {
        return Peers.transports();
    }

    static Stream<Arguments> transportsAndBacklogs() {
        return Peers.transports().flatMap(t -> Stream.of(arguments(t, 0), arguments(t, MORE_THAN_ANY_BUFFER)));
    }

    @ParameterizedTest(name = "{0}, {1} bytes unwritten")
    @MethodSource("transportsAndBacklogs")
    void peerSeesAReset(Transport transport, int unwritten) throws Exception {
        try (Pair pair = new Pair(transport, new Address.Tcp("127.0.0.1", 0))) {
            if (unwritten > 0) {
                var unused = pair.accepted.writeAndFlush(Unpooled.wrappedBuffer(new byte[unwritten]));
            }
            pair.onLoop(() -> Tcp.reset(pair.accepted));
            assertThatThrownBy(() -> Peers.drain(pair.peer))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Connection reset");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void unixSocketIsClosedInsteadOfReset(Transport transport) throws Exception {
        try (Pair pair = new Pair(transport, new Address.Unix(directory.resolve("socket")))) {
            pair.onLoop(() -> Tcp.reset(pair.accepted));
            assertThat(Peers.drain(pair.peer)).isZero();
            assertThat(pair.onLoop(() -> Tcp.delivery(pair.accepted))).isEqualTo(Tcp.Delivery.UNKNOWN);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void deliveryIsCompleteOnlyWhenThePeerHasEveryByte(Transport transport) throws Exception {
        boolean known = transport == Transport.EPOLL || transport == Transport.IO_URING;
        Tcp.Delivery whenDone = known ? Tcp.Delivery.COMPLETE : Tcp.Delivery.UNKNOWN;
        try (Pair pair = new Pair(transport, new Address.Tcp("127.0.0.1", 0))) {
            assertThat(pair.delivery()).isEqualTo(whenDone);
            var unused = pair.accepted.writeAndFlush(Unpooled.wrappedBuffer(new byte[MORE_THAN_ANY_BUFFER]));
            assertThat(pair.delivery()).isEqualTo(Tcp.Delivery.PENDING);
            read(pair.peer, MORE_THAN_ANY_BUFFER);
            await().until(() -> pair.delivery() == whenDone);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void deliveryIsPendingWhileBytesWaitInTheKernel(Transport transport) throws Exception {
        if (transport != Transport.EPOLL && transport != Transport.IO_URING) {
            return; // the others cannot tell; the test above holds them to that
        }
        try (Pair pair = new Pair(transport, new Address.Tcp("127.0.0.1", 0))) {
            int written = 0;
            // Chunks until one no longer fits: what is behind it then waits in the kernel, the peer's window is shut.
            while (pair.accepted
                    .writeAndFlush(Unpooled.wrappedBuffer(new byte[65_536]))
                    .await(500)) {
                written += 65_536;
            }
            assertThat(pair.delivery()).isEqualTo(Tcp.Delivery.PENDING);
            read(pair.peer, written + 65_536);
            await().until(() -> pair.delivery() == Tcp.Delivery.COMPLETE);
            pair.onLoop(() -> Tcp.reset(pair.accepted));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void acknowledgesAtOnceAgainWhenTold(Transport transport) throws Exception {
        Assumptions.assumeTrue(transport.works(), transport + " does not work here");
        ChannelOption<Boolean> atOnce =
                transport == Transport.EPOLL ? EpollChannelOption.TCP_QUICKACK : IoUringChannelOption.TCP_QUICKACK;
        try (Pair pair = new Pair(transport, new Address.Tcp("127.0.0.1", 0))) {
            await().until(
                            () -> { // in a conversation the kernel waits for answers to carry its acknowledgements
                                pair.peer.write(ByteBuffer.allocate(1));
                                pair.accepted
                                        .writeAndFlush(Unpooled.wrappedBuffer(new byte[1]))
                                        .sync();
                                read(pair.peer, 1);
                                return !pair.accepted.config().getOption(atOnce);
                            });
            pair.onLoop(() -> {
                Tcp.acknowledge(pair.accepted);
                return null;
            });
            assertThat(pair.accepted.config().getOption(atOnce)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void keepaliveAndNoDelayAreReallySet(Transport transport) throws Exception {
        try (Pair pair = new Pair(transport, new Address.Tcp("127.0.0.1", 0))) {
            SocketChannelConfig config = (SocketChannelConfig) pair.accepted.config();
            assertThat(config.isKeepAlive()).isTrue();
            assertThat(config.isTcpNoDelay()).isTrue();
            assertThat(config.isAllowHalfClosure()).isTrue();
            assertThat(config.isAutoClose()).isFalse();
            assertThat(config.getWriteBufferWaterMark().high()).isEqualTo(Peers.OPTIONS.bufferBytes());
            switch (transport) {
                case EPOLL ->
                    assertTimers(
                            pair,
                            EpollChannelOption.TCP_KEEPIDLE,
                            EpollChannelOption.TCP_KEEPINTVL,
                            EpollChannelOption.TCP_KEEPCNT,
                            EpollChannelOption.TCP_USER_TIMEOUT);
                case IO_URING ->
                    assertTimers(
                            pair,
                            IoUringChannelOption.TCP_KEEPIDLE,
                            IoUringChannelOption.TCP_KEEPINTVL,
                            IoUringChannelOption.TCP_KEEPCNT,
                            IoUringChannelOption.TCP_USER_TIMEOUT);
                case NIO ->
                    assertTimers(
                            pair,
                            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
                            null);
                case KQUEUE -> {}
            }
        }
    }

    private static void assertTimers(
            Pair pair,
            ChannelOption<Integer> idle,
            ChannelOption<Integer> interval,
            ChannelOption<Integer> count,
            @org.jspecify.annotations.Nullable ChannelOption<Integer> userTimeout) {
        assertThat(pair.accepted.config().getOption(idle)).isEqualTo(60);
        assertThat(pair.accepted.config().getOption(interval)).isEqualTo(20);
        assertThat(pair.accepted.config().getOption(count)).isEqualTo(3);
        if (userTimeout != null) {
            assertThat(pair.accepted.config().getOption(userTimeout)).isEqualTo(120_000);
        }
    }

    private static void read(SocketChannel from, int bytes) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(bytes);
        while (all.hasRemaining()) {
            assertThat(from.read(all)).isPositive();
        }
    }

    /** A connection accepted by a listener of ours, and its peer. */
    private static final class Pair implements AutoCloseable {
        final EventLoopGroup loops;
        final Listener listener;
        final SocketChannel peer;
        final Channel accepted;

        Pair(Transport transport, Address address) throws Exception {
            loops = transport.newEventLoops(1);
            Accepted channels = new Accepted();
            listener = Listener.bind(transport, loops, address, new Acceptor(Peers.OPTIONS, channels, resource -> {}))
                    .get();
            peer = Peers.connect(listener.address());
            accepted = channels.active.take();
        }

        <T> T onLoop(java.util.concurrent.Callable<T> task) throws Exception {
            return accepted.eventLoop().submit(task).get();
        }

        Tcp.Delivery delivery() throws Exception {
            return onLoop(() -> Tcp.delivery(accepted));
        }

        @Override
        public void close() throws IOException {
            peer.close();
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Sharable
    private static final class Accepted extends ChannelInboundHandlerAdapter {
        final BlockingQueue<Channel> active = new LinkedBlockingQueue<>();

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            active.add(ctx.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var unused = ctx.close();
        }
    }
}
