package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ferrule.testing.OwnThread;
import io.netty.channel.EventLoopGroup;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A large late reply reaches a slow reader that has finished sending. Without {@link EpollHalfCloseFix} the epoll cases
 * lose most or all of it; without {@link HalfCloseOnRead} the Unix cases of NIO and io_uring do.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HalfCloseTest {
    private static final int REPLY_BYTES = 30_000_006;

    @TempDir
    Path directory;

    static Stream<Arguments> transportsAndSockets() {
        return Peers.transports()
                .flatMap(t -> Stream.of(
                        arguments(t, false, false),
                        arguments(t, false, true),
                        arguments(t, true, false),
                        arguments(t, true, true)));
    }

    @ParameterizedTest(name = "{0}, unix {1}, FIN at once {2}")
    @MethodSource("transportsAndSockets")
    void lateReplyReachesASlowReaderThatHasFinishedSending(Transport transport, boolean unix, boolean finAtOnce)
            throws Exception {
        EventLoopGroup loops = transport.newEventLoops(1);
        try (ServerSocketChannel target = Peers.listen(Peers.somewhere(unix, directory, "target"));
                MiniRelay relay = new MiniRelay(
                        transport,
                        loops,
                        Peers.somewhere(unix, directory, "relay"),
                        Peers.addressOf(target),
                        Peers.OPTIONS);
                SocketChannel client = Peers.connect(relay.address())) {
            client.write(ByteBuffer.wrap(new byte[6]));
            if (finAtOnce) {
                client.shutdownOutput();
            }
            try (SocketChannel accepted = target.accept()) {
                assertThat(accepted.read(ByteBuffer.allocate(6))).isEqualTo(6);
                if (!finAtOnce) {
                    client.shutdownOutput();
                }
                assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                CompletableFuture<Void> replied = replyTo(accepted);
                await().atMost(Duration.ofSeconds(20)).until(() -> relay.pauses.get() > 0 || replied.isDone());
                assertThat(Peers.drain(client)).isEqualTo(REPLY_BYTES);
                replied.get(20, TimeUnit.SECONDS);
            }
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    private static CompletableFuture<Void> replyTo(SocketChannel requester) {
        return OwnThread.run(() -> {
            try {
                ByteBuffer reply = ByteBuffer.allocate(REPLY_BYTES);
                while (reply.hasRemaining()) {
                    requester.write(reply);
                }
                requester.close();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
