package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Address;
import io.ferrule.config.Timeouts;
import io.ferrule.net.Transport;
import io.ferrule.testing.OwnThread;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that stands still for longer than TCP_USER_TIMEOUT is slow, not gone. */
@Timeout(60)
class SlowReaderTest {
    static Stream<Transport> transports() {
        return Stream.of(Transport.values()).filter(Transport::works);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientThatPausesForLongerThanTheUserTimeoutKeepsItsConnection(Transport transport, @TempDir Path directory)
            throws Exception {
        Duration userTimeout = Duration.ofMillis(1500);
        Timeouts d = Timeouts.DEFAULT;
        Timeouts impatient = new Timeouts(
                d.handshake(), d.connect(), d.halfClose(), d.idle(), d.reset(), d.keepAlive(), userTimeout);
        byte[] answer = new byte[40_000_000];
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TunnelPair pair = new TunnelPair.Plan(new Address.Tcp("127.0.0.1", target.getLocalPort()), directory)
                        .transport(transport)
                        .timeouts(impatient)
                        .start();
                SocketChannel client = SocketChannel.open(pair.entrance())) {
            CompletableFuture<Void> sent = OwnThread.run(() -> {
                try (Socket accepted = target.accept()) {
                    accepted.getOutputStream().write(answer);
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            // The pause is the case itself: three times what the kernel would bear.
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 3 * userTimeout.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            assertThat(sent).isNotDone();
            assertThat(client.socket().getInputStream().readAllBytes()).hasSameSizeAs(answer);
            sent.get(20, TimeUnit.SECONDS);
        }
    }
}
