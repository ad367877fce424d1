package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many connections at once, many one after the other, and many with little memory: all served, nothing left behind. */
class LoadIT {
    private static final Duration GONE = Duration.ofSeconds(30);
    /** Descriptors beside the connections': libraries, event loops, admin connections that are kept alive. */
    private static final int SPARE_DESCRIPTORS = 500;

    private static final int A_FEW = 10;

    @Test
    void tenThousandConnectionsAtOnceAreServedAndLeaveNothing() throws Exception {
        // Each is two descriptors in each of the three processes here.
        long limit = ProcessState.ofThisJvm().descriptorLimit();
        int many = (int) Math.min(10_000, (limit - SPARE_DESCRIPTORS) / 2);
        if (many < 10_000) {
            System.out.println("[left out] " + (10_000 - many) + " of 10,000 connections at once: only " + limit
                    + " descriptors a process are allowed here");
        }
        try (CrowdTarget target = new CrowdTarget();
                Pair pair = Pair.before(target.address())) {
            serve(pair.port(), 100, target); // so that what is loaded once is not counted as left behind
            ProcessState server = ProcessState.of(pair.server());
            ProcessState client = ProcessState.of(pair.client());
            awaitNoneOpen(pair.server());
            awaitNoneOpen(pair.client());
            long serverBefore = server.descriptors();
            long clientBefore = client.descriptors();
            serve(pair.port(), many, target);
            System.out.println(many + " connections at once: server "
                    + (server.residentBytes() >> 20) + " MiB, client " + (client.residentBytes() >> 20)
                    + " MiB resident");
            awaitDescriptors(server, serverBefore + A_FEW);
            awaitDescriptors(client, clientBefore + A_FEW);
            awaitNoneOpen(pair.server());
            awaitNoneOpen(pair.client());
        }
    }

    /** Opens them all, talks over each while all are open, and closes them. */
    private static void serve(int port, int count, CrowdTarget target) throws IOException {
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                open.add(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
                if (open.size() % 200 == 0 || open.size() == count) {
                    echo(open.subList((open.size() - 1) / 200 * 200, open.size()));
                }
            }
            echo(open);
            assertThat(target.open()).isEqualTo(count);
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
    }

    private static void echo(List<SocketChannel> over) throws IOException {
        for (int i = 0; i < over.size(); i++) {
            over.get(i).write(ByteBuffer.allocate(8).putLong(0, i));
        }
        for (int i = 0; i < over.size(); i++) {
            ByteBuffer answer = ByteBuffer.allocate(8);
            int n = 0;
            while (answer.hasRemaining() && n >= 0) {
                n = over.get(i).read(answer);
            }
            assertThat(answer.position())
                    .as("bytes echoed over connection %s", i)
                    .isEqualTo(8);
            assertThat(answer.getLong(0)).isEqualTo(i);
        }
    }

    @Test
    void thousandShortConnectionsSomeEndedBadlyLeaveNoDescriptor() throws Exception {
        SSLContext context = JdkTls.anonymous();
        try (CrowdTarget target = new CrowdTarget();
                LoneServer server = LoneServer.before(target.address())) {
            for (int i = 0; i < 50; i++) {
                visit(server.port(), context, i);
            }
            ProcessState process = ProcessState.of(server.program());
            awaitNoneOpen(server.program());
            long before = process.descriptors();
            for (int i = 0; i < 1_000; i++) {
                visit(server.port(), context, i);
            }
            awaitDescriptors(process, before + A_FEW);
            awaitNoneOpen(server.program());
            assertThat(target.open()).isZero();
            visit(server.port(), context, 0);
        }
    }

    /** Every fifth way to end a connection in turn. */
    private static void visit(int port, SSLContext context, int turn) throws IOException {
        String version = turn % 2 == 0 ? "TLSv1.3" : "TLSv1.2";
        try (TlsByHand client = TlsByHand.client(port, context, version)) {
            switch (turn % 5) {
                case 0 -> {
                    assertThat(client.shakeHands().send("hello").receive(5)).isEqualTo("hello");
                    client.finish();
                }
                case 1 -> client.shakeHands().send("hello").wire().reset();
                case 2 -> client.shakeHands().wire().finish();
                case 3 -> client.wire().send(Arrays.copyOf(client.hello(), 40)).finish();
                default -> client.wire().send("GET / HTTP/1.0\r\n\r\n");
            }
        }
    }

    @Test
    @NeedsCommand("prlimit")
    void programOutOfDescriptorsWaitsQuietlyAndServesAgainWhenTheyAreGivenBack() throws Exception {
        try (CrowdTarget target = new CrowdTarget();
                Pair pair = Pair.before(target.address())) {
            serve(pair.port(), 100, target);
            ProcessState server = ProcessState.of(pair.server());
            awaitNoneOpen(pair.server());
            long limit = server.descriptors() + 64;
            CommandResult.of("prlimit", "--pid", server.pid(), "--nofile=" + limit + ":" + limit)
                    .orFail();
            List<Peer> crowd = new ArrayList<>();
            try {
                for (int i = 0; i < 400; i++) {
                    crowd.add(Peer.plain(pair.server().port()));
                }
                Awaitility.await("all descriptors taken").until(() -> server.descriptors() >= limit - 1);
                Duration before = server.cpuTime();
                assertThat(crowd.get(399).awaitEnd(Duration.ofSeconds(2))).isEqualTo(Peer.End.STILL_OPEN);
                assertThat(server.cpuTime().minus(before))
                        .as("CPU in two seconds")
                        .isLessThan(Duration.ofSeconds(1));
            } finally {
                crowd.forEach(Peer::close);
            }
            awaitDescriptors(server, limit - 32);
            try (Peer peer = Peer.plain(pair.port())) {
                assertThat(peer.send("afterwards").receive(10)).isEqualTo("afterwards");
            }
        }
    }

    @Test
    void heapOf64MebibytesServesOrRefuses5000ConnectionsAndLivesOn() throws Exception {
        long limit = ProcessState.ofThisJvm().descriptorLimit();
        int many = (int) Math.min(5_000, (limit - SPARE_DESCRIPTORS) / 2);
        List<String> small = List.of("-Xmx64m");
        try (CrowdTarget target = new CrowdTarget();
                Pair pair = Pair.before(target.address(), small, small)) {
            System.out.println(serveSome(pair.port(), many) + " of " + many + " connections served with -Xmx64m");
            assertThat(pair.server().process().alive()).isTrue();
            assertThat(pair.client().process().alive()).isTrue();
            Awaitility.await("the crowd has left").atMost(GONE).until(() -> target.open() == 0);
            try (Peer peer = Peer.plain(pair.port())) {
                assertThat(peer.send("afterwards").receive(10)).isEqualTo("afterwards");
            }
        }
    }

    /** Opens them all at once, and counts those that are served with 16 kB each. */
    private static int serveSome(int port, int count) throws IOException {
        List<Peer> open = new ArrayList<>();
        byte[] much = new byte[16_384];
        int served = 0;
        try {
            for (int i = 0; i < count; i++) {
                open.add(Peer.plain(port));
            }
            for (Peer peer : open) {
                sendOrLeave(peer, much);
            }
            for (Peer peer : open) {
                served += receivedWhole(peer, much.length) ? 1 : 0;
            }
        } finally {
            open.forEach(Peer::close);
        }
        return served;
    }

    private static void sendOrLeave(Peer peer, byte[] content) {
        try {
            peer.send(content);
        } catch (IOException refused) {
            // Refused connections are counted by what they receive.
        }
    }

    private static boolean receivedWhole(Peer peer, int bytes) {
        try {
            return peer.timeout(Duration.ofSeconds(30)).in().readNBytes(bytes).length == bytes;
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void oneByteThereAndBackTakesLessThan5Milliseconds() throws Exception {
        try (CrowdTarget target = new CrowdTarget();
                Pair pair = Pair.before(target.address());
                Peer peer = Peer.plain(pair.port())) {
            long[] nanos = new long[500];
            for (int i = 0; i < nanos.length; i++) {
                long began = System.nanoTime();
                peer.send(new byte[] {1});
                assertThat(peer.in().read()).isEqualTo(1);
                nanos[i] = System.nanoTime() - began;
            }
            Arrays.sort(nanos);
            // Nagle's algorithm against a delayed acknowledgement costs 40 ms.
            assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(Duration.ofMillis(5));
        }
    }

    private static void awaitDescriptors(ProcessState process, long atMost) {
        Awaitility.await("descriptors given back").atMost(GONE).untilAsserted(() -> assertThat(process.descriptors())
                .isLessThanOrEqualTo(atMost));
    }

    private static void awaitNoneOpen(Program program) {
        Awaitility.await("open connections").atMost(GONE).untilAsserted(() -> assertThat(
                        LoneServer.metric(program, "ferrule_connections_open{"))
                .isZero());
    }
}
