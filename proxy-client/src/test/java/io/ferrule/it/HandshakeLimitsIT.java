package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that stop or crawl in the handshake cost little and end at their deadline; floods are refused and counted. */
class HandshakeLimitsIT {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    /** The limit and what a busy machine may add. */
    private static final Duration ENDED = LIMIT.plusSeconds(3);

    @TempDir
    Path directory;

    @Test
    void newClientIsServedBeside300StuckHandshakesWhichAllEndAtTheirDeadline() throws IOException {
        List<Peer> stuck = new ArrayList<>();
        try (WatchedTarget target = new WatchedTarget();
                LoneServer server = LoneServer.before(target.address(), "--handshake-timeout", "3s")) {
            for (int i = 0; i < 300; i++) {
                stuck.add(Peer.plain(server.port()).send(new byte[] {22}));
            }
            long began = System.nanoTime();
            assertServed(server);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
            for (Peer peer : stuck) {
                assertThat(peer.awaitEnd(ENDED)).isNotEqualTo(Peer.End.STILL_OPEN);
            }
            assertThat(LoneServer.metric(server.program(), "ferrule_handshake_failures_total", "\"timeout\""))
                    .isEqualTo(300);
            assertThat(target.accepted()).isEqualTo(1);
        } finally {
            stuck.forEach(Peer::close);
        }
    }

    @Test
    void helloThatDripsByteByByteEndsAtTheOneDeadline() throws Exception {
        try (WatchedTarget target = new WatchedTarget();
                LoneServer server = LoneServer.before(target.address(), "--handshake-timeout", "3s");
                TlsByHand client = TlsByHand.client(server.port())) {
            byte[] hello = client.hello();
            long began = System.nanoTime();
            CountDownLatch ended = new CountDownLatch(1);
            Thread dripping = new Thread(() -> drip(client.wire(), hello, ended));
            dripping.start();
            assertThat(client.wire().awaitEnd(ENDED)).isNotEqualTo(Peer.End.STILL_OPEN);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(LIMIT.minusMillis(100), ENDED);
            ended.countDown();
            dripping.join();
            assertThat(target.accepted()).isZero();
        }
    }

    /** One byte every 100 ms, by which the hello would take half a minute. */
    private static void drip(Peer wire, byte[] hello, CountDownLatch ended) {
        try {
            for (byte one : hello) {
                wire.send(new byte[] {one});
                if (ended.await(100, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (IOException | InterruptedException refused) {
            // The reader of this connection tells how and when it ended.
        }
    }

    @Test
    void serverThatAcceptsAndSaysNothingIsGivenUpAtTheDeadline() throws IOException {
        String pin = TestCertificates.selfSigned("silent.test").pin().toString();
        try (ScriptedServer silent = ScriptedServer.plain(Peer::receiveAll);
                Program client = Program.client(
                        directory, "--target", silent.address(), "--pin", pin, "--handshake-timeout", "3s");
                Peer application = Peer.plain(client.port())) {
            application.send("PING\r\n");
            assertThat(application.awaitEnd(ENDED)).isEqualTo(Peer.End.RESET);
            assertThat(LoneServer.metric(client, "ferrule_handshake_failures_total", "\"timeout\"", "\"connect\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void handshakesBeyondTheLimitAreRefusedAtOnceAndCounted() throws IOException {
        List<Peer> stuck = new ArrayList<>();
        try (WatchedTarget target = new WatchedTarget();
                LoneServer server = LoneServer.before(target.address(), "--max-handshakes", "20")) {
            for (int i = 0; i < 20; i++) {
                stuck.add(Peer.plain(server.port()).send(new byte[] {22}));
            }
            for (int i = 0; i < 30; i++) {
                assertThat(endOfANewConnection(server)).isEqualTo(Peer.End.RESET);
            }
            awaitCount(server, "too_many_handshakes", 30);
            stuck.forEach(Peer::close);
            awaitOpen(server, 0);
            assertServed(server);
        } finally {
            stuck.forEach(Peer::close);
        }
    }

    @Test
    void connectionsOfOneAddressBeyondTheLimitAreRefusedAndCounted() throws IOException {
        List<TlsByHand> held = new ArrayList<>();
        try (WatchedTarget target = new WatchedTarget();
                LoneServer server = LoneServer.before(target.address(), "--max-connections-per-source", "5")) {
            for (int i = 0; i < 5; i++) {
                held.add(TlsByHand.client(server.port()).shakeHands());
            }
            for (int i = 0; i < 30; i++) {
                assertThat(endOfANewConnection(server)).isEqualTo(Peer.End.RESET);
            }
            awaitCount(server, "too_many_from_source", 30);
            assertThat(held.get(4).send("still").receive(5)).isEqualTo("still");
            held.forEach(TlsByHand::close);
            awaitOpen(server, 0);
            assertServed(server);
            assertThat(target.accepted()).isEqualTo(6);
        } finally {
            held.forEach(TlsByHand::close);
        }
    }

    private static Peer.End endOfANewConnection(LoneServer server) {
        try (Peer refused = Peer.plain(server.port())) {
            return refused.awaitEnd(Duration.ofSeconds(2));
        } catch (IOException resetBeforeConnectReturned) {
            return Peer.End.RESET;
        }
    }

    private static void awaitCount(LoneServer server, String reason, int count) {
        Awaitility.await(reason).untilAsserted(() -> assertThat(
                        LoneServer.metric(server.program(), "ferrule_connections_closed_total", "\"" + reason + "\""))
                .isEqualTo(count));
    }

    private static void awaitOpen(LoneServer server, int count) {
        Awaitility.await("open connections")
                .untilAsserted(() -> assertThat(LoneServer.metric(server.program(), "ferrule_connections_open{"))
                        .isEqualTo(count));
    }

    private static void assertServed(LoneServer server) throws IOException {
        try (TlsByHand client =
                TlsByHand.client(server.port(), JdkTls.anonymous(), "TLSv1.3").shakeHands()) {
            assertThat(client.send("hello").receive(5)).isEqualTo("hello");
        }
    }
}
