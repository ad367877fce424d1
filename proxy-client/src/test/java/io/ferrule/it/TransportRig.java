package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.OwnThread;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Both programs on one transport, a client for each version of TLS, and a target that plays what the first byte asks. */
final class TransportRig implements AutoCloseable {
    static final byte[] SHORT = Bytes.random(300_000, 1);
    static final byte[] LONG = Bytes.random(8 << 20, 2);
    static final byte[] BULK = Bytes.random(24 << 20, 3);
    static final int SMALL_BUFFER = 32_768;
    static final int PAUSE_MILLIS = 2;

    private final ScriptedServer target;
    private final Pair pair;
    private final Program older;

    TransportRig(String transport) throws IOException {
        this.target = ScriptedServer.plain(TransportRig::play);
        List<String> options = List.of("--transport", transport);
        this.pair =
                Pair.before(target.address(), options, List.of("--transport", transport, "--tls-min-version", "1.3"));
        this.older = pair.anotherClient("--transport", transport, "--tls-max-version", "1.2");
    }

    /** A connection over that version of TLS, whose target plays {@code scene}. */
    Peer connect(String version, char scene) throws IOException {
        Peer peer = Peer.plain(version.equals("1.2") ? older.port() : pair.port(), scene == 'A' ? SMALL_BUFFER : 0);
        return peer.send(new byte[] {(byte) scene});
    }

    /** Waits for the end of a scene, and throws what went wrong in it. */
    void awaitPlayed() throws Exception {
        target.awaitPlayed();
    }

    private static void play(Peer peer) throws IOException {
        int scene = peer.in().read();
        switch (scene) {
            case 'A' -> answerAfterTheEnd(peer);
            case 'F' -> finishFirstAndReadSlowly(peer);
            case 'B' -> exchange(peer);
            default -> throw new IOException("no scene " + scene);
        }
    }

    private static void answerAfterTheEnd(Peer peer) throws IOException {
        assertThat(peer.receiveAll()).isEqualTo(Bytes.of(SHORT));
        peer.send(LONG);
    }

    private static void finishFirstAndReadSlowly(Peer peer) throws IOException {
        peer.send(SHORT).finish();
        assertThat(Bytes.drain(peer.in(), PAUSE_MILLIS)).isEqualTo(Bytes.of(LONG));
    }

    /** Sends and receives the same bulk at once, each direction ended when it is done. */
    static void exchange(Peer peer) throws IOException {
        CompletableFuture<Void> sending = OwnThread.run(() -> {
            try {
                peer.send(BULK).finish();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(peer.receiveAll()).isEqualTo(Bytes.of(BULK));
        sending.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        try (target;
                pair) {
            older.close();
        }
    }
}
