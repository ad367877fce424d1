package io.ferrule.tunnel;

import static io.ferrule.tunnel.PskTunnels.CIPHERS;
import static io.ferrule.tunnel.PskTunnels.KEY;
import static io.ferrule.tunnel.PskTunnels.OTHER_KEY;
import static io.ferrule.tunnel.PskTunnels.STRANGER;
import static io.ferrule.tunnel.PskTunnels.client;
import static io.ferrule.tunnel.PskTunnels.only;
import static io.ferrule.tunnel.PskTunnels.secrets;
import static io.ferrule.tunnel.PskTunnels.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.KeySources;
import io.ferrule.config.NameMatching;
import io.ferrule.config.Pin;
import io.ferrule.config.PreSharedKey;
import io.ferrule.config.Revocation;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.StatusChecks;
import io.ferrule.connection.TlsSession;
import io.ferrule.testing.Bytes;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OwnThread;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pre-shared keys, with the real stunnel on the other side in both roles, and with ourselves. */
@Timeout(60)
@NeedsCommand({"stunnel4", "stunnel"})
class PskTunnelTest {
    private static final String PAIRS =
            """
            ours,    ours,    TLSv1.2
            ours,    ours,    TLSv1.3
            ours,    stunnel, TLSv1.2
            ours,    stunnel, TLSv1.3
            stunnel, ours,    TLSv1.2
            stunnel, ours,    TLSv1.3
            """;

    private static final TestCertificate SERVER = TestCertificates.selfSigned("server.test");
    private static final TestCertificate ALICE = TestCertificates.selfSigned("alice");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final BlockingQueue<TlsSession> agreed = new LinkedBlockingQueue<>();

    /** A client's and a server's program, one of which may be the real stunnel. */
    private final class Pair implements AutoCloseable {
        private final TunnelRig rig = new TunnelRig(StatusChecks.NONE, new ConnectionObserver() {
            @Override
            public void negotiated(ConnectionFacts facts, Leg leg, TlsSession session) {
                agreed.add(session);
            }
        });

        private final List<StunnelPeer> stunnels = new ArrayList<>();
        private final int entrance;

        Pair(String client, String server, String version, int target, PreSharedKey clients, PreSharedKey... servers)
                throws Exception {
            String[] options = {"sslVersion = " + version, secrets(directory, servers)};
            int middle = -1;
            if (server.equals("stunnel")) {
                middle = started(StunnelPeer.serverWithoutCertificate("127.0.0.1:" + target, options));
            } else {
                rig.run(server(only(version), target, servers));
                middle = rig.port("server");
            }
            if (client.equals("stunnel")) {
                entrance = started(StunnelPeer.clientWithoutCertificate(
                        "127.0.0.1:" + middle, "sslVersion = " + version, secrets(directory, clients)));
            } else if (server.equals("stunnel")) {
                rig.run(client(only(version), clients, middle));
                entrance = rig.port("client");
            } else {
                rig.run(server(only(version), target, servers), client(only(version), clients, middle));
                entrance = rig.port("client");
            }
        }

        private int started(StunnelPeer stunnel) {
            stunnels.add(stunnel);
            return stunnel.port();
        }

        @Override
        public void close() {
            rig.close();
            stunnels.forEach(StunnelPeer::close);
        }
    }

    private TlsSession nextAgreed() throws InterruptedException {
        TlsSession session = agreed.poll(20, TimeUnit.SECONDS);
        assertThat(session).isNotNull();
        return session;
    }

    /** Nobody ends before all is there: stunnel drops what it has not read yet of a peer both of whose directions have ended. */
    @ParameterizedTest
    @CsvSource(textBlock = PAIRS)
    void twentyMegabytesGoBothWaysAtOnce(String client, String server, String version) throws Exception {
        byte[] up = Bytes.random(20_000_000, 1);
        byte[] down = Bytes.random(20_000_000, 2);
        CompletableFuture<Bytes> atTarget = new CompletableFuture<>();
        CompletableFuture<Bytes> atClient = new CompletableFuture<>();
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    CompletableFuture<Void> sent = sending(peer, down);
                    atTarget.complete(Bytes.of(peer.in().readNBytes(up.length)));
                    sent.join();
                    atClient.join();
                    peer.finish().receiveAll();
                });
                Pair pair = new Pair(client, server, version, target.port(), KEY, STRANGER, KEY);
                Peer peer = Peer.plain(pair.entrance)) {
            CompletableFuture<Void> sent = sending(peer, up);
            atClient.complete(Bytes.of(peer.in().readNBytes(down.length)));
            assertThat(atClient.join()).isEqualTo(Bytes.of(down));
            assertThat(atTarget.get(20, TimeUnit.SECONDS)).isEqualTo(Bytes.of(up));
            sent.get(20, TimeUnit.SECONDS);
            assertThat(peer.finish().awaitEnd(Duration.ofSeconds(20))).isEqualTo(Peer.End.CLEAN);
            target.awaitPlayed();
            TlsSession session = nextAgreed();
            assertThat(session.version()).isEqualTo(version);
            assertThat(session.cipher())
                    .isEqualTo(version.equals("TLSv1.3") ? "TLS_AES_128_GCM_SHA256" : "ECDHE-PSK-CHACHA20-POLY1305");
            assertThat(session.group()).isEqualTo("X25519");
            assertThat(session.preShared()).isEqualTo(KEY);
            assertThat(session.peerChain()).isEmpty();
        }
    }

    private static CompletableFuture<Void> sending(Peer peer, byte[] content) {
        return OwnThread.run(() -> {
            try {
                peer.send(content);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @ParameterizedTest
    @CsvSource(textBlock = PAIRS)
    void aReplyComesAfterTheClientHasFinished(String client, String server, String version) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    Bytes question = peer.receiveAll(); // the client's end has come through
                    peer.send("answer to " + question.length());
                });
                Pair pair = new Pair(client, server, version, target.port(), KEY, KEY);
                Peer peer = Peer.plain(pair.entrance)) {
            peer.send("question").finish();
            assertThat(peer.receive(11)).isEqualTo("answer to 8");
            assertThat(peer.awaitEnd(Duration.ofSeconds(20))).isEqualTo(Peer.End.CLEAN);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = PAIRS)
    void theTargetFinishesFirstAndStillListens(String client, String server, String version) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    peer.send("greeting").finish();
                    assertThat(peer.receiveAll()).isEqualTo(Bytes.of("late".getBytes(StandardCharsets.UTF_8)));
                });
                Pair pair = new Pair(client, server, version, target.port(), KEY, KEY);
                Peer peer = Peer.plain(pair.entrance)) {
            assertThat(peer.receiveAll().length()).isEqualTo(8); // the target's end has come through
            peer.send("late").finish();
            target.awaitPlayed();
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = PAIRS)
    void manySmallRecordsArriveInOrder(String client, String server, String version) throws Exception {
        int count = 5_000;
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    byte[] one = new byte[1];
                    while (peer.in().read(one) == 1) {
                        peer.out().write(one);
                    }
                });
                Pair pair = new Pair(client, server, version, target.port(), KEY, KEY);
                Peer peer = Peer.plain(pair.entrance)) {
            byte[] content = Bytes.random(count, 3);
            CompletableFuture<Void> sent = OwnThread.run(() -> {
                try {
                    for (byte b : content) {
                        peer.out().write(b);
                    }
                    peer.finish();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(peer.receiveAll()).isEqualTo(Bytes.of(content));
            sent.get(20, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = PAIRS)
    void aSlowReaderGetsAll(String client, String server, String version) throws Exception {
        byte[] down = Bytes.random(8_000_000, 4);
        try (ScriptedServer target = ScriptedServer.plain(peer -> peer.send(down));
                Pair pair = new Pair(client, server, version, target.port(), KEY, KEY);
                Peer peer = Peer.plain(pair.entrance, 65_536)) {
            assertThat(Bytes.drain(peer.in(), 5)).isEqualTo(Bytes.of(down));
        }
    }

    /** The real one closes without close_notify when it is told to end; ours has to call that cut. */
    @ParameterizedTest
    @CsvSource({"ours, stunnel, TLSv1.2", "ours, stunnel, TLSv1.3", "stunnel, ours, TLSv1.2", "stunnel, ours, TLSv1.3"})
    void anEndWithoutCloseNotifyIsATruncation(String client, String server, String version) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    peer.send("hello");
                    peer.awaitEnd(Duration.ofSeconds(20));
                });
                Pair pair = new Pair(client, server, version, target.port(), KEY, KEY);
                Peer peer = Peer.plain(pair.entrance)) {
            assertThat(peer.receive(5)).isEqualTo("hello");
            pair.stunnels.remove(0).close();
            ConnectionRecord record = pair.rig.next();
            assertThat(record.reason())
                    .isEqualTo(client.equals("ours") ? CloseReason.TARGET_TRUNCATED : CloseReason.CLIENT_TRUNCATED);
            over.countDown();
        }
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            ours,    TLSv1.2, wrong_key
            ours,    TLSv1.3, wrong_key
            stunnel, TLSv1.2, wrong_key
            stunnel, TLSv1.3, wrong_key
            """)
    void aClientWithAnotherKeyIsRefused(String client, String version, String failure) throws Exception {
        assertThat(refusalOf(client, version, OTHER_KEY)).isEqualTo(failure);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            ours,    TLSv1.2, unknown_identity
            ours,    TLSv1.3, unknown_identity
            stunnel, TLSv1.2, unknown_identity
            stunnel, TLSv1.3, unknown_identity
            """)
    void aClientThatNobodyKnowsIsRefused(String client, String version, String failure) throws Exception {
        assertThat(refusalOf(client, version, STRANGER)).isEqualTo(failure);
    }

    private String refusalOf(String client, String version, PreSharedKey key) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {});
                Pair pair = new Pair(client, "ours", version, target.port(), key, KEY)) {
            Peer.endAfterSending(pair.entrance, "hello", Duration.ofSeconds(20));
            ConnectionRecord record = pair.rig.next();
            if (!record.facts().tunnel().equals("server")) {
                assertThat(record.handshakeFailure()).isEqualTo(HandshakeFailure.REFUSED_BY_PEER);
                record = pair.rig.next();
            }
            assertThat(record.reason()).isEqualTo(CloseReason.CLIENT_HANDSHAKE_FAILED);
            assertThat(target.accepted()).isZero();
            HandshakeFailure failure = record.handshakeFailure();
            return failure == null ? "" : failure.label();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, mallory", "TLSv1.3, mallory", "TLSv1.2, alice", "TLSv1.3, alice"})
    void theRealServerRefusesWhomItDoesNotKnow(String version, String identity) throws Exception {
        PreSharedKey wrong = identity.equals("alice") ? OTHER_KEY : STRANGER;
        try (ScriptedServer target = ScriptedServer.plain(peer -> {});
                Pair pair = new Pair("ours", "stunnel", version, target.port(), wrong, KEY)) {
            Peer.endAfterSending(pair.entrance, "hello", Duration.ofSeconds(20));
            ConnectionRecord record = pair.rig.next();
            assertThat(record.handshakeFailure()).isEqualTo(HandshakeFailure.REFUSED_BY_PEER);
            assertThat(record.detail()).contains("the peer sent the alert ").contains("pre-shared key");
            assertThat(target.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ECDHE-PSK-CHACHA20-POLY1305",
                "ECDHE-PSK-AES256-CBC-SHA384",
                "ECDHE-PSK-AES128-CBC-SHA256",
                "DHE-PSK-AES256-GCM-SHA384",
                "DHE-PSK-CHACHA20-POLY1305",
                "DHE-PSK-AES128-GCM-SHA256",
                "DHE-PSK-AES256-CBC-SHA384",
                "DHE-PSK-AES128-CBC-SHA256",
                "PSK-AES256-GCM-SHA384",
                "PSK-CHACHA20-POLY1305",
                "PSK-AES128-GCM-SHA256",
                "PSK-AES256-CBC-SHA384",
                "PSK-AES128-CBC-SHA256"
            })
    void everySuiteIsSpokenWithTheRealOneInBothRoles(String cipher) throws Exception {
        TlsSettings tls12 = only("TLSv1.2");
        String[] options = {"sslVersion = TLSv1.2", "ciphers = " + cipher, secrets(directory, KEY)};
        try (ScriptedServer target = ScriptedServer.plain(peer -> peer.send("hello"));
                TunnelRig rig = new TunnelRig(StatusChecks.NONE, new ConnectionObserver() {
                    @Override
                    public void negotiated(ConnectionFacts facts, Leg leg, TlsSession session) {
                        agreed.add(session);
                    }
                });
                StunnelPeer theirs = StunnelPeer.serverWithoutCertificate(target.address(), options)) {
            rig.run(
                    TunnelRig.server(
                            "server", PskTunnels.accept(tls12, List.of(cipher), KEY), TunnelRig.at(target.port())),
                    client(tls12, List.of(cipher), KEY, theirs.port()));
            try (StunnelPeer near = StunnelPeer.clientWithoutCertificate("127.0.0.1:" + rig.port("server"), options);
                    Peer throughTheirs = Peer.plain(rig.port("client"));
                    Peer throughOurs = Peer.plain(near.port())) {
                assertThat(throughTheirs.receiveAll()).isEqualTo(Bytes.of("hello".getBytes(StandardCharsets.UTF_8)));
                assertThat(throughOurs.receiveAll()).isEqualTo(Bytes.of("hello".getBytes(StandardCharsets.UTF_8)));
            }
            assertThat(List.of(nextAgreed().cipher(), nextAgreed().cipher())).containsExactly(cipher, cipher);
        }
    }

    @ParameterizedTest
    @CsvSource({"ours, ours", "ours, stunnel", "stunnel, ours"})
    void sessionsOfTls12AreContinued(String client, String server) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> peer.send("hello"));
                Pair pair = new Pair(client, server, "TLSv1.2", target.port(), KEY, KEY)) {
            for (int i = 0; i < 2; i++) {
                try (Peer peer = Peer.plain(pair.entrance)) {
                    assertThat(peer.receiveAll().length()).isEqualTo(5);
                }
            }
            int each = client.equals(server) ? 2 : 1;
            List<Boolean> resumed = new ArrayList<>();
            for (int i = 0; i < 2 * each; i++) {
                TlsSession session = nextAgreed();
                assertThat(session.preShared()).isEqualTo(KEY);
                resumed.add(session.resumed());
            }
            assertThat(resumed.subList(0, each)).containsOnly(false);
            assertThat(resumed.subList(each, 2 * each)).containsOnly(true);
        }
    }

    @Test
    void sessionsAreNotContinuedWhereNoneAreKept() throws Exception {
        Sessions none = new Sessions(false, null, 0, Duration.ofHours(1));
        try (ScriptedServer target = ScriptedServer.plain(peer -> peer.send("hello"));
                Pair pair = new Pair("ours", "stunnel", "TLSv1.2", target.port(), KEY, KEY)) {
            pair.rig.run(client(only("TLSv1.2", none), KEY, pair.stunnels.get(0).port()));
            for (int i = 0; i < 2; i++) {
                try (Peer peer = Peer.plain(pair.rig.port("client"))) {
                    assertThat(peer.receiveAll().length()).isEqualTo(5);
                }
                assertThat(nextAgreed().resumed()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aReloadWithAnotherKeyEndsWhoHasTheOldOne(String version) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    peer.send("hello");
                    peer.awaitEnd(Duration.ofSeconds(20));
                });
                Pair pair = new Pair("stunnel", "ours", version, target.port(), KEY, KEY, STRANGER);
                Peer before = Peer.plain(pair.entrance)) {
            assertThat(before.receive(5)).isEqualTo("hello");
            pair.rig.run(server(only(version), target.port(), OTHER_KEY, STRANGER));
            pair.rig.tunnel("server").judgeAnew().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(pair.rig.next().reason()).isEqualTo(CloseReason.PERMISSION_GONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsAreOfferedAndTheServersIsTaken(String version) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> peer.send("hello"));
                Pair pair = new Pair("ours", "stunnel", version, target.port(), KEY, KEY)) {
            pair.rig.run(client(
                    TlsSettings.DEFAULT, CIPHERS, KEY, pair.stunnels.get(0).port()));
            try (Peer peer = Peer.plain(pair.rig.port("client"))) {
                assertThat(peer.receiveAll().length()).isEqualTo(5);
            }
            assertThat(nextAgreed().version()).isEqualTo(version);
        }
    }

    // ---- keys and certificates on one port

    private AcceptTls either(String version, Access access) {
        AcceptTls keys = PskTunnels.accept(only(version), CIPHERS, KEY);
        return new AcceptTls(
                KeySources.of(SERVER.writeTo(directory)),
                access,
                keys.settings(),
                Revocation.NONE,
                null,
                false,
                List.of(),
                NameMatching.MOST_SPECIAL,
                false,
                keys.preShared());
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            TLSv1.2, PSK
            TLSv1.3, PSK:ECDHE
            TLSv1.2, ECDHE-PSK-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256
            """)
    void clientsWithAKeyComeByItAlthoughOthersNeedACertificate(String version, String ciphers) throws Exception {
        Access known = Access.Clients.pinned(List.of(Pin.of(ALICE.certificate())), false);
        try (ScriptedServer target = ScriptedServer.plain(PskTunnelTest::echo);
                TunnelRig rig = new TunnelRig(StatusChecks.NONE, new ConnectionObserver() {
                    @Override
                    public void negotiated(ConnectionFacts facts, Leg leg, TlsSession session) {
                        agreed.add(session);
                    }
                })) {
            rig.run(TunnelRig.server("server", either(version, known), TunnelRig.at(target.port())));
            try (StunnelPeer near = StunnelPeer.clientWithoutCertificate(
                            "127.0.0.1:" + rig.port("server"),
                            "sslVersion = " + version,
                            "ciphers = " + ciphers,
                            secrets(directory, KEY));
                    Peer byKey = Peer.plain(near.port());
                    Peer byCertificate = Peer.tls(rig.port("server"), JdkTls.showing(ALICE), version)) {
                assertThat(byKey.send("hello").receive(5)).isEqualTo("hello");
                assertThat(nextAgreed().preShared()).isEqualTo(KEY);
                assertThat(byCertificate.send("hello").receive(5)).isEqualTo("hello");
                TlsSession session = nextAgreed();
                assertThat(session.preShared()).isNull();
                assertThat(session.peerChain()).containsExactly(ALICE.certificate());
            }
            assertThat(refused(rig.port("server"), version)).isTrue();
        }
    }

    private static boolean refused(int port, String version) {
        try (Peer stranger = Peer.tls(port, JdkTls.anonymous(), version)) {
            return stranger.in().read() < 0;
        } catch (IOException alert) {
            return true;
        }
    }

    private static void echo(Peer peer) throws IOException {
        byte[] chunk = new byte[4096];
        for (int n = peer.in().read(chunk); n >= 0; n = peer.in().read(chunk)) {
            peer.out().write(chunk, 0, n);
        }
    }

    @Test
    void aHelloThatComesByteByByteIsUnderstood() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(PskTunnelTest::echo);
                TunnelRig rig = new TunnelRig()) {
            rig.run(TunnelRig.server("server", either("TLSv1.3", new Access.Anyone()), TunnelRig.at(target.port())));
            try (ScriptedServer drip = ScriptedServer.plain(near -> {
                try (Peer far = Peer.plain(rig.port("server"))) {
                    OwnThread.run(() -> {
                        try {
                            echo(far.in(), near.out());
                        } catch (IOException over) {
                            return;
                        }
                    });
                    for (int b = near.in().read(); b >= 0; b = near.in().read()) {
                        far.out().write(b);
                    }
                }
            })) {
                rig.run(
                        TunnelRig.server("server", either("TLSv1.3", new Access.Anyone()), TunnelRig.at(target.port())),
                        client(only("TLSv1.3"), KEY, drip.port()));
                try (Peer peer = Peer.plain(rig.port("client"))) {
                    assertThat(peer.send("hello").receive(5)).isEqualTo("hello");
                }
            }
        }
    }

    private static void echo(InputStream from, OutputStream to) throws IOException {
        byte[] chunk = new byte[4096];
        for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
            to.write(chunk, 0, n);
        }
    }

    // ---- hostile bytes

    @Test
    void whateverBytesComeTheConnectionEndsAndTheNextOneIsServed() throws Exception {
        Random random = new Random(5);
        try (ScriptedServer target = ScriptedServer.plain(PskTunnelTest::echo);
                TunnelRig rig = new TunnelRig()) {
            rig.run(
                    TunnelRig.server(
                            "server",
                            PskTunnels.accept(TlsSettings.DEFAULT, CIPHERS, KEY),
                            TunnelRig.at(target.port())),
                    TunnelRig.server("either", either("TLSv1.3", new Access.Anyone()), TunnelRig.at(target.port())));
            for (int i = 0; i < 300; i++) {
                byte[] content = new byte[random.nextInt(600)];
                random.nextBytes(content);
                if (i % 2 == 0 && content.length > 9) { // what looks like a hello
                    byte[] begin = {22, 3, 1, (byte) ((content.length - 5) >> 8), (byte) (content.length - 5), 1, 0};
                    System.arraycopy(begin, 0, content, 0, begin.length);
                    content[7] = (byte) ((content.length - 9) >> 8);
                    content[8] = (byte) (content.length - 9);
                }
                try (Peer peer = Peer.plain(rig.port(i % 3 == 0 ? "either" : "server"))) {
                    peer.send(content);
                    assertThat(peer.awaitEnd(Duration.ofSeconds(20))).isNotEqualTo(Peer.End.STILL_OPEN);
                } catch (IOException reset) {
                    // An end as well.
                }
                ConnectionRecord record = rig.next();
                assertThat(record.reason()).isEqualTo(CloseReason.CLIENT_HANDSHAKE_FAILED);
            }
            rig.run(
                    TunnelRig.server(
                            "server",
                            PskTunnels.accept(TlsSettings.DEFAULT, CIPHERS, KEY),
                            TunnelRig.at(target.port())),
                    client(TlsSettings.DEFAULT, KEY, rig.port("server")));
            try (Peer peer = Peer.plain(rig.port("client"))) {
                assertThat(peer.send("hello").receive(5)).isEqualTo("hello");
            }
        }
    }
}
