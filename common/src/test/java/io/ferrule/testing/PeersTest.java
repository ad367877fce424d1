package io.ferrule.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The peers of the other tests do what these tests believe of them, without anything of ours between them. */
class PeersTest {
    private static final byte[] LATE = Bytes.random(3_000_000, 7);
    private final TestCertificate identity = TestCertificates.selfSigned("peer.test");

    private static void answerALine(Peer peer) throws IOException {
        peer.receive(3);
        peer.send(LATE);
        peer.receiveAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void halfClosedTlsClientGetsTheWholeLateAnswer(String version) throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.tls(JdkTls.showing(identity), PeersTest::lateAnswerToALine, version);
                Peer client = Peer.tls(server.port(), JdkTls.anonymous(), version)) {
            assertThat(client.tlsVersion()).isEqualTo(version);
            client.send("hi\n").finish();
            assertThat(client.receiveAll()).isEqualTo(Bytes.of(LATE));
            server.awaitPlayed();
        }
    }

    // The JDK's own TLS 1.2 server closes both directions at a close_notify, so it answers before it reads the end.
    private static void lateAnswerToALine(Peer peer) throws IOException {
        peer.receive(3);
        peer.send(LATE).finish();
        peer.receiveAll(); // closed with the end of the client unread, the kernel would reset the connection
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void stunnelPairCarriesALargeAnswerToASlowReader() throws Exception {
        // Without half-close: stunnel itself drops the end of an answer to a client that has finished.
        try (ScriptedServer backend = ScriptedServer.plain(PeersTest::answerALine);
                StunnelPeer server = StunnelPeer.server(identity, backend.address());
                StunnelPeer client = StunnelPeer.client(TestCertificates.selfSigned("client.test"), server.address());
                Peer peer = Peer.plain(client.port(), 32_768)) {
            peer.send("hi\n");
            assertThat(Bytes.of(peer.in().readNBytes(LATE.length))).isEqualTo(Bytes.of(LATE));
        }
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void stunnelRefusesACertificateThatItDoesNotTrust() throws Exception {
        var directory = Directories.temporary("ferrule-trust");
        try (ScriptedServer backend = ScriptedServer.plain(peer -> peer.send("secret"));
                StunnelPeer server = StunnelPeer.server(identity, backend.address());
                StunnelPeer client = StunnelPeer.client(
                        identity,
                        server.address(),
                        StunnelPeer.trusting(TestCertificates.selfSigned("else.test"), directory));
                Peer peer = Peer.plain(client.port())) {
            assertThat(peer.awaitEnd(Duration.ofSeconds(10))).isNotEqualTo(Peer.End.STILL_OPEN);
        } finally {
            Directories.delete(directory);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-256", "RSA", "Ed25519"})
    @NeedsCommand("openssl")
    void opensslTalksToOpensslWithEveryKindOfKey(String kind) throws IOException {
        TestCertificate shown =
                TestCertificates.selfSignedLeaf("openssl.test").key(kind).issue();
        try (OpenSslPeer server = OpenSslPeer.reversingServer(shown);
                OpenSslPeer client = OpenSslPeer.client(server.port(), "-tls1_3")) {
            client.type("abc").awaitLine("^cba$");
            assertThat(client.finish().awaitExit()).isZero();
        }
    }

    @Test
    void impostorCountsWhatItIsGiven() throws IOException {
        try (Impostor impostor = Impostor.showing(identity);
                Peer victim = Peer.tls(impostor.port(), JdkTls.anonymous())) {
            victim.send("SECRET").receive(5);
            assertThat(impostor.stolenBytes()).isEqualTo(6);
        }
    }

    @Test
    void resetIsSeenAsAResetAndACloseAsClean() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        try (ScriptedServer resetting = ScriptedServer.plain(peer -> {
                    peer.receive(1);
                    peer.reset();
                    connected.countDown();
                });
                Peer client = Peer.plain(resetting.port())) {
            client.send("x");
            connected.await();
            assertThat(client.awaitEnd(Duration.ofSeconds(5))).isEqualTo(Peer.End.RESET);
        }
        try (ScriptedServer closing = ScriptedServer.plain(peer -> peer.send("bye"));
                Peer client = Peer.plain(closing.port())) {
            assertThat(client.awaitEnd(Duration.ofSeconds(5))).isEqualTo(Peer.End.CLEAN);
        }
    }
}
