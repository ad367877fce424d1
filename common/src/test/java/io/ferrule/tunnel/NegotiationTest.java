package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.backend.HangingNames;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.Negotiation;
import io.ferrule.config.Negotiation.Protocol;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.Leg;
import io.ferrule.connection.StatusChecks;
import io.ferrule.net.Transport;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import javax.net.ssl.SSLEngine;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every protocol that is spoken around TLS. */
@Timeout(60)
class NegotiationTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");
    private static final TestCertificate SERVER = CA.issue("server.test");
    private static final byte[] SSL_REQUEST = HexFormat.of().parseHex("0000000804d2162f");
    /** A record's type (RFC 8446 §5.1). */
    private static final int HANDSHAKE = 22;

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private TunnelConfig server(Protocol protocol, int target) {
        AcceptTls tls =
                new AcceptTls(KeySources.of(SERVER.writeTo(directory)), new Access.Anyone(), TlsSettings.DEFAULT);
        return TunnelRig.server("tunnel", tls, TunnelRig.at(target)).withNegotiation(new Negotiation(protocol));
    }

    private TunnelConfig client(Protocol protocol, int target) {
        ConnectTls tls = new ConnectTls(
                new ServerTrust.Authority(CA.writeTo(directory)), "server.test", null, TlsSettings.DEFAULT);
        return TunnelRig.client("tunnel", tls, target).withNegotiation(new Negotiation(protocol));
    }

    private static TunnelConfig impatient(TunnelConfig config) {
        Timeouts d = Timeouts.DEFAULT;
        Timeouts timeouts = new Timeouts(
                Duration.ofMillis(200),
                d.connect(),
                d.halfClose(),
                d.idle(),
                d.reset(),
                d.keepAlive(),
                d.unacknowledged());
        return new TunnelConfig(
                config.name(),
                config.accept(),
                config.connect(),
                config.limits(),
                timeouts,
                config.negotiation(),
                config.sockets());
    }

    @Test
    void aClientIsServedAfterItsTalk() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> peer.send("got " + peer.line() + "\r\n"));
                TunnelRig rig = new TunnelRig()) {
            rig.run(server(Protocol.PGSQL, target.port()));
            try (Peer peer = Peer.plain(rig.port("tunnel")).send(SSL_REQUEST)) {
                assertThat(peer.receive(1)).isEqualTo("S");
                Peer secured = peer.startTls(JdkTls.anonymous());
                assertThat(secured.send("a query\r\n").line()).isEqualTo("got a query");
                secured.receiveAll(); // the target is the first to end
                secured.finish();
            }
            assertThat(rig.next())
                    .returns(CloseReason.TARGET_CLOSED, ConnectionRecord::reason)
                    .returns(9L, record -> record.facts().bytesFromClient()) // the talk is not counted
                    .returns(13L, record -> record.facts().bytesFromTarget());
        }
    }

    /** CVE-2011-0411. */
    @Test
    void whatAClientSendsAlongWithItsRequestIsNeverTakenForWhatCameInsideTls() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(Peer::receiveAll);
                TunnelRig rig = new TunnelRig()) {
            rig.run(server(Protocol.PGSQL, target.port()));
            byte[] pipelined = HexFormat.of().parseHex("0000000804d2162f51000000055858585858");
            try (Peer peer = Peer.plain(rig.port("tunnel")).send(pipelined)) {
                assertThat(peer.receive(1)).isEqualTo("S");
                peer.awaitEnd(LONG);
            }
            assertThat(rig.next().reason()).isEqualTo(CloseReason.CLIENT_HANDSHAKE_FAILED);
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void aHelloThatComesAlongWithTheRequestIsTaken() throws Exception {
        try (TunnelRig rig = new TunnelRig()) {
            rig.run(server(Protocol.PGSQL, Ports.free()));
            ByteBuffer sent = ByteBuffer.allocate(20_000).put(SSL_REQUEST);
            SSLEngine engine = JdkTls.anonymous().createSSLEngine();
            engine.setUseClientMode(true);
            engine.wrap(ByteBuffer.allocate(0), sent);
            try (Peer peer = Peer.plain(rig.port("tunnel")).send(Arrays.copyOf(sent.array(), sent.position()))) {
                assertThat(peer.receive(1)).isEqualTo("S");
                assertThat(peer.in().read()).isEqualTo(HANDSHAKE);
            }
        }
    }

    @Test
    void aClientThatSaysNothingIsCut() throws Exception {
        try (TunnelRig rig = new TunnelRig()) {
            rig.run(impatient(server(Protocol.PGSQL, Ports.free())));
            try (Peer peer = Peer.plain(rig.port("tunnel"))) {
                assertThat(peer.awaitEnd(LONG)).isEqualTo(Peer.End.RESET);
            }
            assertThat(rig.next().reason()).isEqualTo(CloseReason.CLIENT_NEGOTIATION_FAILED);
        }
    }

    @Test
    void aClientThatAlwaysSaysALittleMoreIsCutToo() throws Exception {
        try (TunnelRig rig = new TunnelRig()) {
            rig.run(impatient(server(Protocol.CONNECT, Ports.free())));
            try (Peer peer = Peer.plain(rig.port("tunnel"))) {
                peer.send("CONNECT 127.0.0.1:1 HTTP/1.1\r\n");
                Awaitility.await()
                        .atMost(LONG)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> isDeaf(peer));
            }
            assertThat(rig.next())
                    .returns(CloseReason.CLIENT_NEGOTIATION_FAILED, ConnectionRecord::reason)
                    .returns("it was not done in time", ConnectionRecord::detail);
        }
    }

    private static boolean isDeaf(Peer peer) {
        try {
            peer.send("X-Header: and another one\r\n");
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aNameServiceThatDoesNotAnswerIsNotAwaitedForever() throws Exception {
        ConnectionObserver nobody = new ConnectionObserver() {};
        try (TunnelRig rig = new TunnelRig(Transport.NIO, StatusChecks.NONE, nobody, HangingNames.resolver())) {
            rig.run(impatient(server(Protocol.CONNECT, Ports.free())));
            try (Peer peer = Peer.plain(rig.port("tunnel")).send("CONNECT a.test:1 HTTP/1.1\r\n\r\n")) {
                assertThat(peer.line()).isEqualTo("HTTP/1.0 404 Not Found");
                peer.awaitEnd(LONG);
            }
            assertThat(rig.next().reason()).isEqualTo(CloseReason.CLIENT_NEGOTIATION_FAILED);
        }
    }

    /** A stage that completes keeps to itself what is thrown by whoever waits for it. */
    @Test
    void aDefectAfterTheTalkEndsTheConnection() throws Exception {
        ConnectionObserver broken = new ConnectionObserver() {
            @Override
            public void securing(ConnectionFacts facts, Leg leg) {
                throw new IllegalStateException("a defect");
            }
        };
        try (TunnelRig rig = new TunnelRig(StatusChecks.NONE, broken)) {
            rig.run(server(Protocol.PGSQL, Ports.free()));
            try (Peer peer = Peer.plain(rig.port("tunnel")).send(SSL_REQUEST)) {
                assertThat(peer.receive(1)).isEqualTo("S");
                assertThat(peer.awaitEnd(LONG)).isEqualTo(Peer.End.RESET);
            }
            assertThat(rig.next().reason()).isEqualTo(CloseReason.INTERNAL_ERROR);
        }
    }

    @Test
    void aClientThatLeavesInTheTalkIsNoticed() throws Exception {
        try (TunnelRig rig = new TunnelRig()) {
            rig.run(server(Protocol.PGSQL, Ports.free()));
            try (Peer peer = Peer.plain(rig.port("tunnel")).send("\0\0\0")) {
                peer.finish();
            }
            assertThat(rig.next())
                    .returns(CloseReason.CLIENT_NEGOTIATION_FAILED, ConnectionRecord::reason)
                    .returns("Unexpected socket close", ConnectionRecord::detail);
        }
    }

    @Test
    void aTargetThatSendsNoLineEndIsCutAtSomeTime() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    peer.send("x".repeat(70_000));
                    peer.awaitEnd(LONG);
                });
                TunnelRig rig = new TunnelRig()) {
            rig.run(client(Protocol.NNTP, target.port()));
            try (Peer peer = Peer.plain(rig.port("tunnel"))) {
                assertThat(peer.awaitEnd(LONG)).isEqualTo(Peer.End.RESET);
            }
            assertThat(rig.next())
                    .returns(CloseReason.TARGET_NEGOTIATION_FAILED, ConnectionRecord::reason)
                    .returns("fd_getline: Line too long", ConnectionRecord::detail);
        }
    }

    @Test
    void anApplicationReachesItsServerAfterTheTalkAndMaySpeakFirst() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    assertThat(peer.send("200 news\r\n").line()).isEqualTo("STARTTLS");
                    Peer secured = peer.send("382 go on\r\n").acceptTls(JdkTls.showing(SERVER));
                    secured.send(secured.line() + " is answered\r\n").finish().receiveAll();
                });
                TunnelRig rig = new TunnelRig()) {
            rig.run(client(Protocol.NNTP, target.port()));
            try (Peer peer = Peer.plain(rig.port("tunnel")).send("DATE\r\n").finish()) { // at once, and that is all
                assertThat(peer.line()).isEqualTo("200 news");
                assertThat(peer.line()).isEqualTo("DATE is answered");
                assertThat(peer.awaitEnd(LONG)).isEqualTo(Peer.End.CLEAN);
            }
            target.awaitPlayed();
            // Both ends may be read in one turn of the loop, in any order.
            assertThat(rig.next().reason()).isIn(CloseReason.CLIENT_CLOSED, CloseReason.TARGET_CLOSED);
        }
    }

    @Test
    void whatAServerSendsAlongWithItsConsentIsNeverTakenForWhatCameInsideTls() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    peer.send("200 news\r\n").line();
                    peer.send("382 go on\r\n111 20261122\r\n").awaitEnd(LONG);
                });
                TunnelRig rig = new TunnelRig()) {
            rig.run(client(Protocol.NNTP, target.port()));
            try (Peer peer = Peer.plain(rig.port("tunnel"))) {
                assertThat(peer.line()).isEqualTo("200 news");
                assertThat(peer.awaitEnd(LONG)).isEqualTo(Peer.End.RESET);
            }
            assertThat(rig.next().reason()).isEqualTo(CloseReason.TARGET_HANDSHAKE_FAILED);
        }
    }
}
