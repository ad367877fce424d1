package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.OwnThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever does not read stops whoever sends, within bounds, and gets every byte later; echoes of any size are whole. */
class BackpressureIT {
    /** Most of it are the kernel's buffers of three connections, which grow to tcp_rmem and tcp_wmem: 32 MiB each on some machines. */
    private static final int BOUND = 96 << 20;

    private static final int QUIET_MILLIS = 1_000;

    private static ServerSocketChannel target;
    private static Pair pair;

    @BeforeAll
    static void start() throws IOException {
        target = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        pair = Pair.before("127.0.0.1:" + target.socket().getLocalPort());
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            pair.close();
        } finally {
            target.close();
        }
    }

    private static SocketChannel connect() throws IOException {
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), pair.port()));
    }

    @Test
    void targetThatDoesNotReadStopsTheClient() throws IOException {
        try (SocketChannel client = connect();
                SocketChannel far = target.accept()) {
            assertStopsAndDelivers(client, far);
        }
    }

    @Test
    void clientThatDoesNotReadStopsTheTarget() throws IOException {
        try (SocketChannel client = connect();
                SocketChannel far = target.accept()) {
            assertStopsAndDelivers(far, client);
        }
    }

    private static void assertStopsAndDelivers(SocketChannel sender, SocketChannel reader) throws IOException {
        byte[] content = Bytes.random(BOUND + (1 << 20), 5);
        int sent = sendUntilStopped(sender, content);
        assertThat(sent).as("bytes on their way though nobody reads").isLessThan(BOUND);
        sender.shutdownOutput();
        assertThat(Bytes.drain(reader.socket().getInputStream())).isEqualTo(Bytes.of(Arrays.copyOf(content, sent)));
    }

    /** Sends until the socket has taken no byte for a second. */
    private static int sendUntilStopped(SocketChannel sender, byte[] content) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(content);
        try (Selector selector = Selector.open()) {
            sender.configureBlocking(false);
            sender.register(selector, SelectionKey.OP_WRITE);
            while (rest.hasRemaining() && selector.select(QUIET_MILLIS) > 0) {
                selector.selectedKeys().clear();
                sender.write(rest);
            }
        }
        sender.configureBlocking(true);
        return rest.position();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1_000, 16_383, 16_384, 16_385, 65_536, 1 << 20})
    void echoIsUnchanged(int size) throws IOException {
        byte[] content = Bytes.random(size, size);
        try (SocketChannel client = connect();
                SocketChannel far = target.accept()) {
            CompletableFuture<Void> sent = OwnThread.run(() -> send(client, content));
            CompletableFuture<Void> echoed = OwnThread.run(() -> echo(far, size));
            assertThat(client.socket().getInputStream().readNBytes(size)).isEqualTo(content);
            sent.join();
            echoed.join();
        }
    }

    private static void send(SocketChannel to, byte[] content) {
        try {
            to.write(ByteBuffer.wrap(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void echo(SocketChannel far, int size) {
        try {
            send(far, far.socket().getInputStream().readNBytes(size));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
