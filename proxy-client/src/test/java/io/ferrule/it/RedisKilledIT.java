package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.OwnThread;
import io.ferrule.testing.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Redis dies by {@code kill -9} with connections open, and comes back. */
class RedisKilledIT {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int LARGE = 64 << 20;
    private static RedisPair redis;

    @BeforeAll
    static void start() {
        redis = new RedisPair();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void clientInTheMiddleOfAWriteSeesAResetWithinASecondAndReadinessFollows() throws Exception {
        redis.pair().server().awaitStatus("/readyz", 200, Duration.ofSeconds(5));
        AtomicLong sent = new AtomicLong();
        try (Peer peer = Peer.plain(redis.port());
                Peer busy = Peer.plain(redis.redis().port())) {
            // A Redis in a script reads nothing, and a process that dies with bytes unread is a reset to its peers.
            busy.send("EVAL \"while true do end\" 0\r\n");
            CompletableFuture<Broken> broken = OwnThread.supply(() -> writeUntilBroken(peer, sent));
            AtomicLong before = new AtomicLong(-1);
            Awaitility.await("every buffer on the way to be full")
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> before.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
            assertThat(broken).isNotDone();
            long killed = System.nanoTime();
            redis.redis().kill();
            Broken end = broken.get(10, TimeUnit.SECONDS);
            assertThat(Duration.ofNanos(end.nanoTime() - killed)).isLessThan(SECOND);
            // Linux says "broken pipe" to a writer that was told an end before the reset.
            assertThat(end.message()).containsIgnoringCase("reset");
        }
        redis.pair().server().awaitStatus("/readyz", 503, Duration.ofSeconds(5));
        assertThat(redis.pair().server().status("/livez")).isEqualTo(200);
        redis.redis().restart();
        redis.pair().server().awaitStatus("/readyz", 200, Duration.ofSeconds(5));
        assertServed();
    }

    @Test
    void clientInTheMiddleOfAReadIsToldWithinASecond() throws Exception {
        try (Peer peer = Peer.plain(redis.port(), 65_536)) {
            fillAndAsk(peer);
            peer.receive(1_000_000);
            redis.redis().kill();
            long killed = System.nanoTime();
            assertThat(peer.awaitEnd(Duration.ofSeconds(10))).isNotEqualTo(Peer.End.STILL_OPEN);
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(SECOND);
        }
        redis.redis().restart();
        assertServed();
    }

    @Test
    void clientThatComesWhileRedisIsGoneIsEndedAndTheNextIsServed() throws Exception {
        redis.redis().kill();
        try (Peer peer = Peer.plain(redis.port())) {
            assertThat(peer.awaitEnd(Duration.ofSeconds(5))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
        redis.redis().restart();
        assertServed();
    }

    private static void fillAndAsk(Peer peer) throws IOException {
        peer.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + LARGE + "\r\n")
                .send(Bytes.random(LARGE, 9))
                .send("\r\n");
        assertThat(peer.receive(5)).isEqualTo("+OK\r\n");
        peer.send("GET k\r\n");
    }

    /** When and how a connection broke. */
    private record Broken(long nanoTime, String message) {}

    private static Broken writeUntilBroken(Peer peer, AtomicLong sent) {
        String piece = "PING\r\n".repeat(1000);
        try {
            while (true) {
                peer.send(piece);
                sent.incrementAndGet();
            }
        } catch (IOException reset) {
            return new Broken(System.nanoTime(), String.valueOf(reset.getMessage()));
        }
    }

    private static void assertServed() throws IOException {
        try (Peer peer = Peer.plain(redis.port())) {
            assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
        }
    }
}
