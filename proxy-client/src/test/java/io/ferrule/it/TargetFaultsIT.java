package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Targets that do not answer, answer late, or go; and both programs' sockets as the kernel sees them. */
class TargetFaultsIT {
    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void targetThatDoesNotTakeTheConnectionIsGivenUpInTime() throws IOException {
        List<Socket> filling = new ArrayList<>();
        try (java.net.ServerSocket hole = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(hole, filling);
            String address = "127.0.0.1:" + hole.getLocalPort();
            try (LoneServer server = LoneServer.before(address, "--connect-timeout", "1s");
                    TlsByHand client = TlsByHand.client(server.port()).shakeHands()) {
                assertThat(client.wire().awaitEnd(SOON)).isEqualTo(Peer.End.RESET);
                assertThat(LoneServer.metric(server.program(), "ferrule_connections_closed", "\"connect_timeout\""))
                        .isEqualTo(1);
            }
        } finally {
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }

    /** Fills a queue from which nobody accepts, so that the next SYN gets no answer. */
    private static void fill(java.net.ServerSocket hole, List<Socket> filling) throws IOException {
        while (filling.size() < 100) {
            Socket socket = new Socket();
            filling.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), hole.getLocalPort()), 300);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new IOException("the queue of a listener with a backlog of 1 is never full");
    }

    @Test
    void targetThatTakesItsTimeIsWaitedForWhileOthersAreServed() throws Exception {
        CountDownLatch othersServed = new CountDownLatch(1);
        try (ScriptedServer target = ScriptedServer.plain(peer -> answer(peer, othersServed));
                Pair pair = Pair.before(target.address());
                Peer patient = Peer.plain(pair.port())) {
            patient.send("slow");
            for (int i = 0; i < 20; i++) {
                try (Peer other = Peer.plain(pair.port())) {
                    assertThat(other.send("fast").receive(4)).isEqualTo("fast");
                }
            }
            // The table's slow target takes three seconds.
            assertThat(patient.timeout(Duration.ofSeconds(3)).awaitEnd(Duration.ofSeconds(3)))
                    .isEqualTo(Peer.End.STILL_OPEN);
            othersServed.countDown();
            assertThat(patient.timeout(SOON).receive(4)).isEqualTo("slow");
        }
    }

    private static void answer(Peer peer, CountDownLatch othersServed) throws IOException {
        String question = peer.receive(4);
        try {
            if (question.equals("slow") && !othersServed.await(30, TimeUnit.SECONDS)) {
                throw new IOException("the others were not served");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        peer.send(question).finish();
        peer.receiveAll();
    }

    @Test
    void killedProgramsPortServesAgainThoughItsConnectionsWereOpen() throws IOException {
        try (WatchedTarget target = new WatchedTarget();
                LoneServer first = LoneServer.before(target.address())) {
            List<TlsByHand> open = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                open.add(TlsByHand.client(first.port()).shakeHands());
            }
            first.program().process().kill();
            String listen = "127.0.0.1:" + first.port();
            try (LoneServer second = LoneServer.before(target.address(), "--listen", listen);
                    TlsByHand client = TlsByHand.client(first.port()).shakeHands()) {
                assertThat(second.program().process().alive()).isTrue();
                assertThat(client.send("again").receive(5)).isEqualTo("again");
            } finally {
                open.forEach(TlsByHand::close);
            }
        }
    }

    @Test
    @NeedsCommand("ss")
    void keepaliveRunsOnBothLegsOfBothPrograms() throws IOException {
        try (WatchedTarget target = new WatchedTarget();
                Pair pair = Pair.before(target.address());
                Peer peer = Peer.plain(pair.port())) {
            assertThat(peer.send("x").receive(1)).isEqualTo("x");
            assertKeepalive("the client's accept leg", "sport", pair.port());
            assertKeepalive("the client's connect leg", "dport", pair.server().port());
            assertKeepalive("the server's accept leg", "sport", pair.server().port());
            assertKeepalive("the server's connect leg", "dport", target.port());
        }
    }

    private static void assertKeepalive(String leg, String end, int port) {
        org.awaitility.Awaitility.await(leg).atMost(SOON).untilAsserted(() -> assertThat(
                        CommandResult.of("ss", "-Htno", "state", "established", end, "=", ":" + port)
                                .orFail()
                                .lines())
                .as("connections of %s", leg)
                .hasSize(1)
                .allMatch(line -> line.contains("timer:(keepalive")));
    }
}
