package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One direction has ended and the other has much to say, late, to a slow reader: every transport, TLS 1.2 and 1.3. */
class HalfCloseIT {
    private static final List<String> VERSIONS = List.of("1.2", "1.3");
    private static final byte[] REQUEST = Bytes.random(300_000, 1);
    private static final byte[] ANSWER = Bytes.random(8 << 20, 2);
    private static final int SMALL_BUFFER = 32_768;
    private static final int PAUSE_MILLIS = 2;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring", "nio"})
    void lateAnswerToAClientThatHasFinishedArrivesWhole(String transport) throws Exception {
        leaveOutUnlessAvailable(transport);
        try (ScriptedServer backend = ScriptedServer.plain(HalfCloseIT::answerAfterTheEnd);
                Pair pair = pairOn(transport, backend)) {
            for (String version : VERSIONS) {
                try (Program client = clientOf(pair, transport, version);
                        Peer peer = Peer.plain(client.port(), SMALL_BUFFER)) {
                    peer.send(REQUEST).finish();
                    assertThat(Bytes.drain(peer.in(), PAUSE_MILLIS))
                            .as("answer over TLS %s", version)
                            .isEqualTo(Bytes.of(ANSWER));
                    backend.awaitPlayed();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring", "nio"})
    void lateBytesToATargetThatHasFinishedArriveWhole(String transport) throws Exception {
        leaveOutUnlessAvailable(transport);
        try (ScriptedServer backend = ScriptedServer.plain(HalfCloseIT::finishFirstAndReadSlowly);
                Pair pair = pairOn(transport, backend)) {
            for (String version : VERSIONS) {
                try (Program client = clientOf(pair, transport, version);
                        Peer peer = Peer.plain(client.port())) {
                    assertThat(peer.receiveAll())
                            .as("greeting over TLS %s", version)
                            .isEqualTo(Bytes.of(REQUEST));
                    peer.send(ANSWER).finish();
                    backend.awaitPlayed();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring", "nio"})
    void bothDirectionsAreFullAtOnce(String transport) throws Exception {
        leaveOutUnlessAvailable(transport);
        byte[] bulk = Bytes.random(24 << 20, 3);
        try (ScriptedServer backend = ScriptedServer.plain(peer -> exchange(peer, bulk));
                Pair pair = pairOn(transport, backend)) {
            for (String version : VERSIONS) {
                try (Program client = clientOf(pair, transport, version);
                        Peer peer = Peer.plain(client.port())) {
                    exchange(peer, bulk);
                    backend.awaitPlayed();
                }
            }
        }
    }

    private static Pair pairOn(String transport, ScriptedServer backend) {
        List<String> options = List.of("--transport", transport);
        return Pair.before(backend.address(), options, options);
    }

    private static Program clientOf(Pair pair, String transport, String version) {
        return pair.anotherClient("--transport", transport, "--tls-min-version", version, "--tls-max-version", version);
    }

    private static void answerAfterTheEnd(Peer peer) throws IOException {
        assertThat(peer.receiveAll()).isEqualTo(Bytes.of(REQUEST));
        peer.send(ANSWER);
    }

    private static void finishFirstAndReadSlowly(Peer peer) throws IOException {
        peer.send(REQUEST).finish();
        assertThat(Bytes.drain(peer.in(), PAUSE_MILLIS)).isEqualTo(Bytes.of(ANSWER));
    }

    private static void exchange(Peer peer, byte[] bulk) throws IOException {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                peer.send(bulk).finish();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(peer.receiveAll()).isEqualTo(Bytes.of(bulk));
        sending.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static void leaveOutUnlessAvailable(String transport) {
        boolean available =
                switch (transport) {
                    case "epoll" -> Epoll.isAvailable();
                    case "io_uring" -> IoUring.isAvailable();
                    default -> true;
                };
        if (!available) {
            throw LeftOut.skip("half-close on " + transport, "this machine does not offer " + transport);
        }
    }
}
