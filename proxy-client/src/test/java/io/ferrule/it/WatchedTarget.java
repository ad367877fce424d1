package io.ferrule.it;

import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A target that echoes, and tells of every visit what came and how it ended. */
final class WatchedTarget implements AutoCloseable {
    private final BlockingQueue<Visit> visits = new LinkedBlockingQueue<>();
    private final ScriptedServer server = ScriptedServer.plain(this::echo);

    WatchedTarget() throws IOException {}

    /** One connection, seen by the target. */
    record Visit(String received, Peer.End end) {}

    String address() {
        return server.address();
    }

    int port() {
        return server.port();
    }

    /** Connections that reached it so far. */
    int accepted() {
        return server.accepted();
    }

    /** The visit that ends next, within five seconds: the limit that the faults' table gives an end. */
    Visit awaitVisit() throws InterruptedException {
        Visit visit = visits.poll(5, TimeUnit.SECONDS);
        if (visit == null) {
            throw new AssertionError("no visit has ended within 5 s; connections so far: " + accepted());
        }
        return visit;
    }

    private void echo(Peer peer) {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Peer.End end = Peer.End.CLEAN;
        try {
            byte[] chunk = new byte[16_384];
            for (int n = peer.in().read(chunk); n >= 0; n = peer.in().read(chunk)) {
                received.write(chunk, 0, n);
                peer.out().write(chunk, 0, n);
            }
        } catch (IOException reset) {
            end = Peer.End.RESET;
        }
        visits.add(new Visit(received.toString(StandardCharsets.ISO_8859_1), end));
    }

    @Override
    public void close() {
        server.close();
    }
}
