package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ferrule.config.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Writing more than fits to a peer that has finished sending. Without {@link UringHalfCloseFix} io_uring never goes on. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LateWriteTest {
    private static final int PIECES = 300;
    private static final int PIECE_BYTES = 100_000;

    @TempDir
    Path directory;

    static Stream<Arguments> transportsAndSockets() {
        return Peers.transports().flatMap(t -> Stream.of(arguments(t, false), arguments(t, true)));
    }

    @ParameterizedTest(name = "{0}, unix {1}")
    @MethodSource("transportsAndSockets")
    void writingGoesOnOnceAPeerThatHasFinishedSendingReads(Transport transport, boolean unix) throws Exception {
        EventLoopGroup loops = transport.newEventLoops(1);
        try (ServerSocketChannel target = Peers.listen(Peers.somewhere(unix, directory, "target"))) {
            Channel channel = connect(transport, loops, Peers.addressOf(target));
            try (SocketChannel peer = target.accept()) {
                ChannelFuture written = writeUntilStuckTo(peer, channel);
                written.addListener(done -> channel.close());
                assertThat(Peers.drain(peer)).isEqualTo((long) PIECES * PIECE_BYTES);
                assertThat(written.isSuccess()).isTrue();
            }
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    @ParameterizedTest(name = "{0}, unix {1}")
    @MethodSource("transportsAndSockets")
    void peerSeesTheEndOfAConnectionClosedWhileItWaitsForRoom(Transport transport, boolean unix) throws Exception {
        EventLoopGroup loops = transport.newEventLoops(1);
        try (ServerSocketChannel target = Peers.listen(Peers.somewhere(unix, directory, "target"))) {
            Channel channel = connect(transport, loops, Peers.addressOf(target));
            try (SocketChannel peer = target.accept()) {
                ChannelFuture written = writeUntilStuckTo(peer, channel);
                channel.close().sync();
                assertThat(Peers.drain(peer)).isLessThan((long) PIECES * PIECE_BYTES);
                assertThat(written.await().isSuccess()).isFalse();
            }
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    private static Channel connect(Transport transport, EventLoopGroup loops, Address target) throws Exception {
        SocketAddress remote = target instanceof Address.Tcp tcp
                ? new InetSocketAddress(tcp.host(), tcp.port())
                : transport.socketAddress((Address.Unix) target);
        Bootstrap bootstrap = new Bootstrap().group(loops).channelFactory(transport.channel(target));
        Channel channel = bootstrap
                .handler(new ChannelInboundHandlerAdapter())
                .register()
                .sync()
                .channel();
        Peers.OPTIONS.apply(channel);
        channel.connect(remote).sync();
        return channel;
    }

    /** The peer sends its FIN and does not read; returns the write of the last piece once no more bytes leave. */
    private static ChannelFuture writeUntilStuckTo(SocketChannel peer, Channel channel) throws IOException {
        peer.shutdownOutput();
        await().until(() -> ((DuplexChannel) channel).isInputShutdown());
        for (int i = 1; i < PIECES; i++) {
            channel.write(Unpooled.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES));
        }
        ChannelFuture last =
                channel.writeAndFlush(Unpooled.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES));
        AtomicLong pending = new AtomicLong();
        await().until(() -> pending.getAndSet(channel.bytesBeforeWritable()) == channel.bytesBeforeWritable());
        assertThat(last.isDone()).isFalse();
        return last;
    }
}
