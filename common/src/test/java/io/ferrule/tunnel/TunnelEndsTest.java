package io.ferrule.tunnel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.Address;
import io.ferrule.config.Limits;
import io.ferrule.config.Pin;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.net.Transport;
import io.ferrule.testing.OwnThread;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How connections end through both tunnels, on every transport and TLS version: nothing is lost, and nothing cut looks whole. */
@Timeout(60)
class TunnelEndsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ServerSocket target;

    @BeforeEach
    void listen() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(30_000); // a connection that never comes is a failure, not a standstill
    }

    @AfterEach
    void stopListening() throws IOException {
        target.close();
    }

    static Stream<Arguments> everywhere() {
        return Stream.of(Transport.values()).filter(Transport::works).flatMap(t -> Stream.of(TlsVersion.values())
                .map(v -> Arguments.of(t, v)));
    }

    static Stream<Transport> transports() {
        return Stream.of(Transport.values()).filter(Transport::works);
    }

    private TunnelPair.Plan plan() {
        return new TunnelPair.Plan(new Address.Tcp("127.0.0.1", target.getLocalPort()), directory);
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        return random;
    }

    private static SocketChannel connect(SocketAddress entrance) throws IOException {
        return SocketChannel.open(entrance);
    }

    private static void write(SocketChannel to, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    private static byte[] readAll(SocketChannel from) throws IOException {
        return from.socket().getInputStream().readAllBytes();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aLateLargeAnswerToASlowHalfClosedReaderArrivesWhole(Transport transport, TlsVersion version) throws Exception {
        byte[] request = random(1_000_000);
        byte[] answer = random(30_000_000);
        CompletableFuture<byte[]> asked = OwnThread.supply(() -> answerAfterEnd(answer));
        try (TunnelPair pair = plan().transport(transport).version(version).start();
                SocketChannel client = connect(pair.entrance())) {
            write(client, request);
            client.shutdownOutput();

            assertThat(readSlowly(client)).isEqualTo(answer);
            assertThat(asked.get(20, TimeUnit.SECONDS)).isEqualTo(request);
            ConnectionRecord ended = TunnelPair.next(pair.endedOnServer);
            assertThat(ended.reason()).isEqualTo(CloseReason.CLIENT_CLOSED);
            assertThat(ended.facts().bytesFromClient()).isEqualTo(request.length);
            assertThat(ended.facts().bytesFromTarget()).isEqualTo(answer.length);
            assertThat(TunnelPair.next(pair.endedOnClient).reason()).isEqualTo(CloseReason.CLIENT_CLOSED);
        }
    }

    private byte[] answerAfterEnd(byte[] answer) {
        try (Socket accepted = target.accept()) {
            byte[] request = accepted.getInputStream().readAllBytes();
            accepted.getOutputStream().write(answer);
            return request;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets the sender run against full buffers first: what has arrived is left alone until no more arrives. */
    private static byte[] readSlowly(SocketChannel from) throws Exception {
        InputStream in = from.socket().getInputStream();
        int before = -1;
        for (int now = in.available(); now != before || now == 0; now = in.available()) {
            before = now;
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 100, TimeUnit.MILLISECONDS)
                    .join();
        }
        return in.readAllBytes();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void theTargetMayFinishFirst(Transport transport, TlsVersion version) throws Exception {
        CompletableFuture<byte[]> rest = OwnThread.supply(() -> {
            try (Socket accepted = target.accept()) {
                accepted.getOutputStream().write("banner".getBytes(UTF_8));
                accepted.shutdownOutput();
                return accepted.getInputStream().readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (TunnelPair pair = plan().transport(transport).version(version).start();
                SocketChannel client = connect(pair.entrance())) {
            assertThat(readAll(client)).asString(UTF_8).isEqualTo("banner");
            write(client, random(3_000_000));
            client.shutdownOutput();
            assertThat(rest.get(20, TimeUnit.SECONDS)).isEqualTo(random(3_000_000));
            assertThat(TunnelPair.next(pair.endedOnServer).reason()).isEqualTo(CloseReason.TARGET_CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void fullDuplexBulkIsUnchanged(Transport transport, TlsVersion version) throws Exception {
        byte[] payload = random(24 << 20);
        CompletableFuture<byte[]> far = OwnThread.supply(() -> {
            try (Socket accepted = target.accept()) {
                CompletableFuture<Void> sent = OwnThread.run(() -> send(accepted, payload));
                byte[] received = accepted.getInputStream().readAllBytes();
                sent.join();
                return received;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (TunnelPair pair = plan().transport(transport).version(version).start();
                SocketChannel client = connect(pair.entrance())) {
            CompletableFuture<Void> sent = OwnThread.run(() -> send(client.socket(), payload));
            assertThat(readAll(client)).isEqualTo(payload);
            sent.join();
            assertThat(far.get(20, TimeUnit.SECONDS)).isEqualTo(payload);
        }
    }

    private static void send(Socket to, byte[] payload) {
        try {
            to.getOutputStream().write(payload);
            to.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aResetOfTheTargetIsAResetAndWhatItSaidBeforeArrives(Transport transport, TlsVersion version) throws Exception {
        CompletableFuture<Void> reset = OwnThread.run(() -> {
            try (Socket accepted = target.accept()) {
                accepted.getInputStream().read();
                accepted.getOutputStream().write("half an answ".getBytes(UTF_8));
                // The client echoes a byte when it has these, so that the reset cannot overtake them on the first leg.
                accepted.getInputStream().read();
                accepted.setSoLinger(true, 0);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (TunnelPair pair = plan().transport(transport).version(version).start();
                SocketChannel client = connect(pair.entrance())) {
            write(client, new byte[] {'?'});
            InputStream in = client.socket().getInputStream();
            assertThat(new String(in.readNBytes(12), UTF_8)).isEqualTo("half an answ");
            write(client, new byte[] {'.'});
            assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("reset");
            reset.join();
            assertThat(TunnelPair.next(pair.endedOnServer).reason()).isEqualTo(CloseReason.TARGET_RESET);
            assertThat(TunnelPair.next(pair.endedOnClient).reason())
                    .isIn(CloseReason.TARGET_RESET, CloseReason.TARGET_TRUNCATED);
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aResetOfTheClientReachesTheTarget(Transport transport, TlsVersion version) throws Exception {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        CompletableFuture<String> seen = OwnThread.supply(() -> {
            try (Socket accepted = target.accept()) {
                accepted.getInputStream().read();
                arrived.complete(null);
                return "read " + accepted.getInputStream().read();
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        });
        try (TunnelPair pair = plan().transport(transport).version(version).start()) {
            SocketChannel client = connect(pair.entrance());
            write(client, new byte[] {'?'});
            arrived.get(20, TimeUnit.SECONDS);
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            assertThat(seen.get(20, TimeUnit.SECONDS)).contains("reset");
            assertThat(TunnelPair.next(pair.endedOnClient).reason()).isEqualTo(CloseReason.CLIENT_RESET);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTargetThatClosesAtOnceLosesNothingToASlowClient(Transport transport) throws Exception {
        byte[] answer = random(8 << 20);
        CompletableFuture<Void> sent = OwnThread.run(() -> {
            try (Socket accepted = target.accept()) {
                accepted.getInputStream().read();
                accepted.getOutputStream().write(answer);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (TunnelPair pair = plan().transport(transport).start();
                SocketChannel client = connect(pair.entrance())) {
            write(client, new byte[] {'?'});
            assertThat(readSlowly(client)).isEqualTo(answer);
            sent.join();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientThatDoesNotReadStopsTheTargetWithinBounds(Transport transport) throws Exception {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                TunnelPair pair = new TunnelPair.Plan(
                                new Address.Tcp("127.0.0.1", listener.socket().getLocalPort()), directory)
                        .transport(transport)
                        .start();
                SocketChannel client = connect(pair.entrance());
                SocketChannel far = listener.accept()) {
            far.configureBlocking(false);
            long sent = 0;
            int quiet = 0;
            ByteBuffer piece = ByteBuffer.wrap(random(65_536));
            while (quiet < 10) {
                int n = far.write(piece);
                if (!piece.hasRemaining()) {
                    piece.rewind();
                }
                sent += n;
                quiet = n == 0 ? quiet + 1 : 0;
                if (n == 0) {
                    new CompletableFuture<Void>()
                            .completeOnTimeout(null, 100, TimeUnit.MILLISECONDS)
                            .join();
                }
            }
            assertThat(sent).isLessThan(96L << 20); // mostly six kernel buffers, which tcp_rmem and tcp_wmem bound
            far.shutdownOutput();
            assertThat(readAll(client)).hasSize((int) sent);
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aWrongPinLetsNoByteThroughAndShowsTheRightOne(Transport transport, TlsVersion version) throws Exception {
        Pin wrong = TestCertificates.selfSigned("localhost").pin();
        try (TunnelPair pair =
                        plan().transport(transport).version(version).pins(wrong).start();
                SocketChannel client = connect(pair.entrance())) {
            assertThatThrownBy(() -> {
                        write(client, "AUTH secret\r\n".getBytes(UTF_8)); // which may meet the reset already
                        client.socket().getInputStream().read();
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
            ConnectionRecord near = TunnelPair.next(pair.endedOnClient);
            assertThat(near.reason()).isEqualTo(CloseReason.TARGET_HANDSHAKE_FAILED);
            assertThat(near.handshakeFailure()).isEqualTo(HandshakeFailure.PIN_MISMATCH);
            assertThat(near.detail()).contains(TunnelPair.CERTIFICATE.pin().toString());
            ConnectionRecord far = TunnelPair.next(pair.endedOnServer);
            assertThat(far.reason()).isEqualTo(CloseReason.CLIENT_HANDSHAKE_FAILED);
            assertThat(far.facts().bytesFromClient()).isZero();
        }
    }

    @Test
    void aTargetThatIsNotThereResetsTheClient() throws Exception {
        target.close();
        try (TunnelPair pair = plan().start();
                SocketChannel client = connect(pair.entrance())) {
            assertThatThrownBy(() -> client.socket().getInputStream().read()).isInstanceOf(IOException.class);
            ConnectionRecord ended = TunnelPair.next(pair.endedOnServer);
            assertThat(ended.reason()).isEqualTo(CloseReason.CONNECT_FAILED);
            assertThat(ended.detail()).contains("refused");
        }
    }

    @Test
    void aHandshakeThatGoesNowhereEndsAtItsDeadlineThoughBytesDrip() throws Exception {
        Timeouts d = Timeouts.DEFAULT;
        Timeouts hasty = new Timeouts(
                Duration.ofMillis(700),
                d.connect(),
                d.halfClose(),
                d.idle(),
                d.reset(),
                d.keepAlive(),
                d.unacknowledged());
        try (TunnelPair pair = plan().timeouts(hasty).start();
                SocketChannel client = connect(pair.tlsEntrance())) {
            byte[] hello = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
            for (byte b : hello) {
                client.write(ByteBuffer.wrap(new byte[] {b}));
                new CompletableFuture<Void>()
                        .completeOnTimeout(null, 100, TimeUnit.MILLISECONDS)
                        .join();
                if (!pair.endedOnServer.isEmpty()) {
                    break;
                }
            }
            ConnectionRecord ended = TunnelPair.next(pair.endedOnServer);
            assertThat(ended.handshakeFailure()).isEqualTo(HandshakeFailure.TIMEOUT);
            assertThat(ended.lifetime()).isLessThan(Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aResetInTheHandshakeIsAFailedHandshake(Transport transport) throws Exception {
        try (TunnelPair pair = plan().transport(transport).start()) {
            SocketChannel client = connect(pair.tlsEntrance());
            write(client, new byte[] {22, 3, 1, 2});
            Awaitility.await().until(() -> !pair.server.connections().isEmpty());
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            ConnectionRecord ended = TunnelPair.next(pair.endedOnServer);
            assertThat(ended.reason()).isEqualTo(CloseReason.CLIENT_HANDSHAKE_FAILED);
            assertThat(ended.handshakeFailure()).isEqualTo(HandshakeFailure.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aProbeLeavesAsAClientThatHasFinished(Transport transport) throws Exception {
        try (TunnelPair pair = plan().transport(transport).start()) {
            CompletionStage<ProbeOutcome> probe = pair.client.probe();
            try (Socket far = target.accept()) {
                assertThat(far.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(probe.toCompletableFuture().get(10, TimeUnit.SECONDS).answers())
                    .isTrue();
            ConnectionRecord ended = TunnelPair.next(pair.endedOnServer);
            assertThat(ended.reason()).as(String.valueOf(ended.detail())).isEqualTo(CloseReason.CLIENT_CLOSED);
        }
    }

    @Test
    void whatIsBeyondTheLimitsIsRefusedAndThePlaceIsFreeAgainAfterwards() throws Exception {
        Limits two = new Limits(2, 10, 0, 65_536);
        try (TunnelPair pair = plan().limits(two).start()) {
            SocketChannel first = connect(pair.entrance());
            Socket a = target.accept();
            SocketChannel second = connect(pair.entrance());
            try (Socket b = target.accept();
                    SocketChannel third = connect(pair.entrance())) {
                assertThatThrownBy(() -> third.socket().getInputStream().read()).isInstanceOf(IOException.class);
                assertThat(TunnelPair.next(pair.endedOnClient).reason()).isEqualTo(CloseReason.TOO_MANY_CONNECTIONS);
                first.close();
                a.close();
                ConnectionRecord ended = TunnelPair.next(pair.endedOnClient);
                assertThat(ended.reason()).as(String.valueOf(ended.detail())).isEqualTo(CloseReason.CLIENT_CLOSED);
                TunnelPair.next(pair.endedOnServer); // which has the same limit, and may be told a moment later
                try (SocketChannel fourth = connect(pair.entrance());
                        Socket d = target.accept()) {
                    write(fourth, "hello".getBytes(UTF_8));
                    assertThat(new String(d.getInputStream().readNBytes(5), UTF_8))
                            .isEqualTo("hello");
                }
                assertThat(b.isConnected()).isTrue();
            } finally {
                second.close();
            }
        }
    }

    @Test
    void drainingLetsConnectionsFinishAndCutsTheRest() throws Exception {
        try (TunnelPair pair = plan().start();
                SocketChannel client = connect(pair.entrance());
                Socket far = target.accept()) {
            CompletableFuture<Integer> drained =
                    pair.client.drain(Duration.ofSeconds(30)).toCompletableFuture();
            write(client, "still".getBytes(UTF_8));
            assertThat(new String(far.getInputStream().readNBytes(5), UTF_8)).isEqualTo("still");
            assertThat(drained).isNotDone();
            client.shutdownOutput();
            far.shutdownOutput();
            assertThat(drained.get(20, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aHalfClosedConnectionThatStaysSilentEnds() throws Exception {
        Timeouts d = Timeouts.DEFAULT;
        Timeouts hasty = new Timeouts(
                d.handshake(),
                d.connect(),
                Duration.ofMillis(300),
                d.idle(),
                d.reset(),
                d.keepAlive(),
                d.unacknowledged());
        try (TunnelPair pair = plan().timeouts(hasty).start();
                SocketChannel client = connect(pair.entrance());
                Socket far = target.accept()) {
            client.shutdownOutput();
            assertThat(far.getInputStream().read()).isEqualTo(-1);
            assertThat(TunnelPair.next(pair.endedOnServer).reason())
                    .isIn(CloseReason.HALF_CLOSE_TIMEOUT, CloseReason.CLIENT_RESET, CloseReason.CLIENT_TRUNCATED);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void unixSocketsServeOnBothLegs(Transport transport) throws Exception {
        Address.Unix entrance = new Address.Unix(directory.resolve("in.sock"));
        Address.Unix between = new Address.Unix(directory.resolve("tls.sock"));
        byte[] answer = random(5_000_000);
        CompletableFuture<byte[]> asked = OwnThread.supply(() -> answerAfterEnd(answer));
        try (TunnelPair pair =
                        plan().transport(transport).listen(between, entrance).start();
                SocketChannel client = connect(pair.entrance())) {
            write(client, random(100_000));
            client.shutdownOutput();
            ByteBuffer all = ByteBuffer.allocate(answer.length + 1);
            int n = 0;
            while (n >= 0 && all.hasRemaining()) {
                n = client.read(all);
            }
            assertThat(all.position()).isEqualTo(answer.length);
            assertThat(asked.get(20, TimeUnit.SECONDS)).isEqualTo(random(100_000));
        }
    }

    @Test
    void aProbeTellsWhetherTheTargetAnswers() throws Exception {
        try (TunnelPair pair = plan().start()) {
            assertThat(pair.server
                            .probe()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS)
                            .answers())
                    .isTrue();
            assertThat(pair.client
                            .probe()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS)
                            .answers())
                    .isTrue();
            target.close();
            ProbeOutcome gone = pair.server.probe().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(gone.answers()).isFalse();
            assertThat(gone.detail()).contains("refused");
        }
    }
}
