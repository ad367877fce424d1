package io.ferrule.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NeedsCommand({"stunnel4", "stunnel"})
class LoadsTest {
    private static final String[] AGREED = {"sslVersionMin = TLSv1.3", "ciphersuites = TLS_AES_128_GCM_SHA256"};
    private static final TestCertificate IDENTITY = TestCertificates.selfSigned("load.test");

    private static RedisUnderTest redis;
    private static StunnelPeer tunnel;
    private static Loads loads;

    @BeforeAll
    static void start() {
        redis = RedisUnderTest.start();
        tunnel = StunnelPeer.server(IDENTITY, redis.address(), AGREED);
        loads = new Loads();
    }

    @AfterAll
    static void stop() {
        loads.close();
        tunnel.close();
        redis.close();
    }

    private static Endpoint tls() {
        return new Endpoint(tunnel.port(), true);
    }

    private static Endpoint plaintext() {
        return new Endpoint(redis.port(), false);
    }

    @Test
    void fullHandshakesAreCountedAndNoneIsResumed() throws IOException {
        Done done = loads.handshakes(tls(), false, 40, 8);
        assertThat(done.units()).isEqualTo(40);
        assertThat(done.resumed()).isZero();
        assertThat(done.seconds()).isPositive();
    }

    @Test
    void allButTheFirstHandshakesAreResumedWhereTheServerGivesTickets() throws IOException {
        Done done = loads.handshakes(tls(), true, 60, 4);
        assertThat(done.units()).isEqualTo(60);
        assertThat(done.resumed()).isBetween(50L, 59L);
    }

    @Test
    void noHandshakeIsResumedWhereTheServerDoesNotResume() throws IOException {
        String[] options = {AGREED[0], AGREED[1], "sessionResume = no"};
        try (StunnelPeer forgetful = StunnelPeer.server(IDENTITY, redis.address(), options)) {
            Done done = loads.handshakes(new Endpoint(forgetful.port(), true), true, 20, 2);
            assertThat(done.units()).isEqualTo(20);
            assertThat(done.resumed()).isZero();
        }
    }

    @Test
    void anotherCipherThanTheAgreedOneVoidsTheLoad() {
        String[] options = {AGREED[0], "ciphersuites = TLS_AES_256_GCM_SHA384"};
        try (StunnelPeer other = StunnelPeer.server(IDENTITY, redis.address(), options)) {
            assertThatIOException()
                    .isThrownBy(() -> loads.handshakes(new Endpoint(other.port(), true), false, 5, 1))
                    .withMessageContaining("TLS_AES_256_GCM_SHA384")
                    .withMessageContaining("configure it to take only TLS_AES_128_GCM_SHA256");
        }
    }

    @Test
    void anotherGroupThanX25519IsNotOffered() {
        try (StunnelPeer other =
                StunnelPeer.server(IDENTITY, redis.address(), AGREED[0], AGREED[1], "curves = P-256")) {
            assertThatIOException()
                    .isThrownBy(() -> loads.handshakes(new Endpoint(other.port(), true), false, 5, 1))
                    .withMessageContaining("the TLS handshake failed");
        }
    }

    @Test
    void connectionsInPlaintextAreCountedToo() throws IOException {
        assertThat(loads.handshakes(plaintext(), false, 20, 4).units()).isEqualTo(20);
    }

    @Test
    void everyRequestOfTheOfferedRateIsAnswered() throws IOException {
        Latencies latencies = loads.fixedRate(tls(), 5, 200, Duration.ofSeconds(1));
        assertThat(latencies.requests()).isEqualTo(200);
        assertThat(latencies.p50Micros()).isBetween(1.0, latencies.p99Micros());
        assertThat(latencies.p99Micros()).isLessThanOrEqualTo(latencies.p999Micros());
    }

    /** The server answers nothing before it has 30 requests, so the first of them is 290 ms old by then. */
    @Test
    void requestsAreSentWhenDueAndAStallIsChargedToAllOfThem() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(LoadsTest::answerThirtyLate)) {
            Latencies latencies = loads.fixedRate(new Endpoint(server.port(), false), 1, 100, Duration.ofMillis(300));
            assertThat(latencies.requests()).isEqualTo(30);
            assertThat(latencies.p999Micros()).isGreaterThan(289_000);
            assertThat(latencies.p50Micros()).isGreaterThan(139_000);
        }
    }

    private static void answerThirtyLate(Peer peer) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(peer.in(), StandardCharsets.US_ASCII));
        for (int requests = 0; requests < 30; requests++) {
            int words = Integer.parseInt(in.readLine().substring(1));
            for (int lines = 0; lines < 2 * words; lines++) {
                in.readLine();
            }
        }
        peer.send(("+OK\r\n$64\r\n" + "v".repeat(64) + "\r\n").repeat(15)).awaitEnd(Duration.ofSeconds(20));
    }

    @Test
    void idleConnectionsStayOpenUntilTheyAreClosed() throws IOException {
        long before = redisClients();
        try (Idle idle = loads.idle(tls(), 150)) {
            idle.check();
            assertThat(redisClients()).isEqualTo(before + 150);
        }
        await().untilAsserted(() -> assertThat(redisClients()).isEqualTo(before));
    }

    private static long redisClients() throws IOException {
        try (Peer peer = Peer.plain(redis.port())) {
            String answer =
                    new String(peer.send("CLIENT LIST\r\nQUIT\r\n").in().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.lines().filter(line -> line.startsWith("id=")).count();
        }
    }

    @Test
    void anIdleConnectionThatIsLostIsNoticed() throws IOException {
        try (ScriptedServer server = ScriptedServer.plain(peer -> {
                    peer.receive("PING\r\n".length());
                    peer.send("+PONG\r\n");
                    peer.receive(1); // of which nothing comes: it ends with the server
                });
                Idle idle = loads.idle(new Endpoint(server.port(), false), 1)) {
            idle.check();
            server.close();
            await().untilAsserted(() -> assertThatIOException()
                    .isThrownBy(idle::check)
                    .withMessageContaining("closed the connection before it was asked to"));
        }
    }

    @Test
    void moreConnectionsThanDescriptorsAreRefusedBeforeTheFirst() {
        assertThatIOException()
                .isThrownBy(() -> loads.idle(tls(), 1_000_000_000))
                .withMessageContaining("raise the limit (ulimit -n)");
    }

    @Test
    void everySubscriberGetsEveryMessage() throws IOException {
        Done done = loads.fanOut(tls(), plaintext(), 120, 30, 100);
        assertThat(done.units()).isEqualTo(120 * 30);
    }

    @Test
    void subscribersCanBePublishedToAgain() throws IOException {
        try (Subscribers subscribers = loads.subscribe(tls(), 3)) {
            assertThat(loads.publish(subscribers, plaintext(), 10, 64).units()).isEqualTo(30);
            assertThat(loads.publish(subscribers, plaintext(), 20, 1_000).units())
                    .isEqualTo(60);
        }
    }

    @Test
    void anEndpointThatRefusesIsNamed() {
        int port = Ports.free();
        assertThatIOException()
                .isThrownBy(() -> loads.handshakes(new Endpoint(port, true), false, 3, 2))
                .withMessageContaining("cannot connect to 127.0.0.1:" + port);
    }

    @Test
    void aSilentEndpointEndsTheWait() throws IOException {
        try (Loads impatient = new Loads(Duration.ofSeconds(1));
                ScriptedServer silent = ScriptedServer.plain(peer -> peer.awaitEnd(Duration.ofSeconds(20)))) {
            assertThatIOException()
                    .isThrownBy(() -> impatient.handshakes(new Endpoint(silent.port(), false), false, 3, 2))
                    .withMessageStartingWith("waited 1 s without progress: 0 of 3 connections");
        }
    }

    @Test
    void aWrongAnswerVoidsTheLoad() throws IOException {
        try (ScriptedServer wrong = ScriptedServer.plain(
                peer -> peer.send("-ERR max number of clients reached\r\n").awaitEnd(Duration.ofSeconds(20)))) {
            assertThatIOException()
                    .isThrownBy(() -> loads.handshakes(new Endpoint(wrong.port(), false), false, 1, 1))
                    .withMessageEndingWith("answered '-ERR max number of clients reached' where '+PONG' was expected");
        }
    }
}
