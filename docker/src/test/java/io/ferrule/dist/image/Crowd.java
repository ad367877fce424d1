package io.ferrule.dist.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Peer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Connections to a Redis that are all open at once. */
final class Crowd implements AutoCloseable {
    private static final int THREADS = 32;
    private static final int VALUE_BYTES = 8_192;

    private final List<Peer> peers;

    private Crowd(List<Peer> peers) {
        this.peers = peers;
    }

    /** Opens them, dozens at a time; whoever is not let in fails it. */
    static Crowd of(int count, Callable<Peer> connection) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Peer> open = new ArrayList<>();
        Crowd crowd = new Crowd(open);
        try {
            List<Future<Peer>> opening = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                opening.add(threads.submit(connection));
            }
            for (Future<Peer> peer : opening) {
                open.add(peer.get());
            }
            return crowd;
        } catch (Exception refused) {
            crowd.close();
            throw refused;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Everyone asks before anyone reads: a PING, and some KB there and back. */
    void talk() throws IOException {
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).send("PING\r\nSET key-" + i + " " + value(i) + "\r\nGET key-" + i + "\r\n");
        }
        for (int i = 0; i < peers.size(); i++) {
            String expected = "+PONG\r\n+OK\r\n$" + VALUE_BYTES + "\r\n" + value(i) + "\r\n";
            assertThat(peers.get(i).receive(expected.length())).isEqualTo(expected);
        }
    }

    private static String value(int i) {
        return Integer.toHexString(i % 16).repeat(VALUE_BYTES);
    }

    @Override
    public void close() {
        peers.forEach(Peer::close);
    }
}
