package io.ferrule.tunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptProxy;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.Network;
import io.ferrule.config.SendProxy;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.observe.Printable;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers at both ends of a tunnel: before TLS, before anything else, and believed where that was said. */
@Timeout(60)
class ProxyHeadersTest {
    private static final TestCertificate OWN = TestCertificates.selfSigned("own.test");
    private static final String HEADER = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n";
    private static final AcceptProxy LOCAL = new AcceptProxy(false, List.of(Network.parse("127.0.0.0/8")));
    private static final AcceptProxy OTHERS = new AcceptProxy(false, List.of(Network.parse("10.0.0.0/8")));

    @TempDir
    Path directory;

    private final TunnelRig rig = new TunnelRig();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> {
            peer.send("hello");
            received.add(new String(peer.in().readAllBytes(), ISO_8859_1));
        });
    }

    @AfterEach
    void close() {
        rig.close();
        target.close();
    }

    private AcceptTls tls() {
        return new AcceptTls(KeySources.of(OWN.writeTo(directory)), new Access.Anyone(), TlsSettings.DEFAULT);
    }

    private void server(AcceptProxy accept, SendProxy send, Limits limits, Timeouts timeouts) throws Exception {
        rig.run(new TunnelConfig(
                "t",
                new AcceptLeg(new Address.Tcp("127.0.0.1", 0), tls(), accept),
                new ConnectLeg(TunnelRig.at(target.port()), null).withProxy(send),
                limits,
                timeouts));
    }

    private void server(AcceptProxy accept, SendProxy send) throws Exception {
        server(accept, send, Limits.DEFAULT, Timeouts.DEFAULT);
    }

    /** TLS behind these bytes, sent in one piece or in many, and an exchange. */
    private void talk(byte[] header, boolean inPieces) throws IOException {
        try (Socket below = new Socket(InetAddress.getLoopbackAddress(), rig.port("t"))) {
            below.setTcpNoDelay(true);
            below.setSoTimeout(20_000);
            for (int i = 0; inPieces && i < header.length; i++) {
                below.getOutputStream().write(header, i, 1);
            }
            if (!inPieces) {
                below.getOutputStream().write(header);
            }
            try (SSLSocket tls =
                    (SSLSocket) JdkTls.anonymous().getSocketFactory().createSocket(below, "own.test", 1, true)) {
                assertThat(tls.getInputStream().readNBytes(5))
                        .asString(ISO_8859_1)
                        .isEqualTo("hello");
                tls.getOutputStream().write("bytes".getBytes(ISO_8859_1));
            }
        }
    }

    private String atTarget() throws InterruptedException {
        return String.valueOf(received.poll(20, TimeUnit.SECONDS));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    // ---- in

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientIsWhoTheHeaderNamesAndTlsFollowsIt(boolean inPieces) throws Exception {
        server(LOCAL, SendProxy.OFF);
        talk(bytes(HEADER), inPieces);
        assertThat(atTarget()).isEqualTo("bytes");
        ConnectionRecord record = rig.next();
        assertThat(Printable.address(record.facts().client())).isEqualTo("192.0.2.1:56324");
        assertThat(Printable.address(requireNonNull(record.facts().balancer()))).startsWith("127.0.0.1:");
    }

    @Test
    void headerThatNamesNobodyLeavesTheSocketsOwnAddress() throws Exception {
        server(AcceptProxy.ANYONE, SendProxy.OFF);
        talk(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000"), false);
        ConnectionRecord record = rig.next();
        assertThat(Printable.address(record.facts().client())).startsWith("127.0.0.1:");
        assertThat(record.facts().balancer()).isNull();
    }

    @Test
    void connectionWithoutAHeaderIsRefused() throws Exception {
        server(LOCAL, SendProxy.OFF);
        try (Peer peer = Peer.plain(rig.port("t"))) {
            peer.send(new byte[] {0x16, 3, 1});
            assertThat(peer.awaitEnd(Duration.ofSeconds(20))).isEqualTo(Peer.End.RESET);
        }
        ConnectionRecord record = rig.next();
        assertThat(record.reason()).isEqualTo(CloseReason.PROXY_HEADER_REFUSED);
        assertThat(record.detail()).isEqualTo("it does not begin with a PROXY header; first bytes: 160301");
        assertThat(target.accepted()).isZero();
    }

    @Test
    void brokenHeaderIsShownAndNotWhatFollowsIt() throws Exception {
        server(AcceptProxy.ANYONE, SendProxy.OFF);
        String header = "0d0a0d0a000d0a515549540a2f110000"; // a command that there is not
        try (Peer peer = Peer.plain(rig.port("t"))) {
            peer.send(HexFormat.of().parseHex(header + "616263")).awaitEnd(Duration.ofSeconds(10));
        }
        assertThat(rig.next().detail()).endsWith("; first bytes: " + header);
    }

    @Test
    void connectionThatEndsBeforeItsHeaderIsRefused() throws Exception {
        server(LOCAL, SendProxy.OFF);
        Peer.plain(rig.port("t")).close();
        ConnectionRecord record = rig.next();
        assertThat(record.reason()).isEqualTo(CloseReason.PROXY_HEADER_REFUSED);
        assertThat(record.detail()).isEqualTo("the connection ended before a PROXY header came");
    }

    @Test
    void headerOfSomebodyElseIsNoHeader() throws Exception {
        server(OTHERS, SendProxy.OFF);
        Peer.endAfterSending(rig.port("t"), HEADER, Duration.ofSeconds(20));
        assertThat(rig.next().handshakeFailure()).isEqualTo(HandshakeFailure.NOT_TLS);
        talk(new byte[0], false); // who is no balancer speaks for itself
        assertThat(rig.next().facts().balancer()).isNull();
    }

    private static Timeouts handshake(Duration limit) {
        Timeouts d = Timeouts.DEFAULT;
        return new Timeouts(limit, d.connect(), d.halfClose(), d.idle(), d.reset(), d.keepAlive(), d.unacknowledged());
    }

    @Test
    void headerThatDoesNotComeIsNotAwaitedForever() throws Exception {
        server(LOCAL, SendProxy.OFF, Limits.DEFAULT, handshake(Duration.ofMillis(200)));
        try (Peer peer = Peer.plain(rig.port("t"))) {
            peer.send("PROXY TCP4 ");
            assertThat(rig.next().reason()).isEqualTo(CloseReason.PROXY_HEADER_REFUSED);
        }
    }

    @Test
    void headerAndHandshakeTogetherHaveOneDeadline() throws Exception {
        server(LOCAL, SendProxy.OFF, Limits.DEFAULT, handshake(Duration.ofMillis(500)));
        try (Peer peer = Peer.plain(rig.port("t"))) {
            peer.send(HEADER);
            ConnectionRecord record = rig.next();
            assertThat(record.handshakeFailure()).isEqualTo(HandshakeFailure.TIMEOUT);
            assertThat(record.lifetime()).isBetween(Duration.ofMillis(490), Duration.ofMillis(5_000));
        }
    }

    @Test
    void placesOfASourceAreTheClientsAndNotTheBalancers() throws Exception {
        Limits one = new Limits(10, 10, 1, 128 << 10);
        server(LOCAL, SendProxy.OFF, one, Timeouts.DEFAULT);
        String other = HEADER.replace("192.0.2.1", "192.0.2.9");
        try (Peer first = Peer.plain(rig.port("t"));
                Peer second = Peer.plain(rig.port("t"));
                Peer third = Peer.plain(rig.port("t"))) {
            first.send(HEADER);
            second.send(other);
            awaitHandshakes(2);
            third.send(HEADER);
            ConnectionRecord record = rig.next();
            assertThat(record.reason()).isEqualTo(CloseReason.TOO_MANY_FROM_SOURCE);
            assertThat(Printable.address(record.facts().client())).isEqualTo("192.0.2.1:56324");
            first.close();
            assertThat(rig.next().reason()).isEqualTo(CloseReason.CLIENT_HANDSHAKE_FAILED);
            awaitHandshakes(1); // its place is free
            talk(bytes(HEADER), false);
        }
    }

    private void awaitHandshakes(int count) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> rig.tunnel("t").connections().stream()
                                .filter(facts -> facts.balancer() != null)
                                .count()
                        == count);
    }

    @Test
    void plaintextBehindAHeaderReachesTheTargetAsItCame() throws Exception {
        try (ScriptedServer secured = ScriptedServer.tls(JdkTls.showing(OWN), peer -> {
            received.add(new String(peer.in().readAllBytes(), ISO_8859_1));
        })) {
            client(LOCAL, SendProxy.OFF, secured.port());
            try (Peer peer = Peer.plain(rig.port("t"))) {
                peer.send(HEADER + "at once").finish();
                assertThat(atTarget()).isEqualTo("at once");
            }
            assertThat(Printable.address(rig.next().facts().client())).isEqualTo("192.0.2.1:56324");
        }
    }

    private void client(AcceptProxy accept, SendProxy send, int port) throws Exception {
        ConnectTls tls =
                new ConnectTls(new ServerTrust.Pins(List.of(OWN.pin()), false), null, null, TlsSettings.DEFAULT);
        rig.run(new TunnelConfig(
                "t",
                new AcceptLeg(new Address.Tcp("127.0.0.1", 0), null, accept),
                new ConnectLeg(TunnelRig.at(port), tls).withProxy(send),
                Limits.DEFAULT,
                Timeouts.DEFAULT));
    }

    // ---- out

    @Test
    void targetIsToldFirstWhoseConnectionItIs() throws Exception {
        server(AcceptProxy.NOBODY, SendProxy.V1);
        talk(new byte[0], false);
        int client = ((java.net.InetSocketAddress) rig.next().facts().client()).getPort();
        assertThat(atTarget())
                .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + client + " " + rig.port("t") + "\r\nbytes");
    }

    @Test
    void whatABalancerToldIsToldFurther() throws Exception {
        server(LOCAL, SendProxy.V1);
        talk(bytes(HEADER), false);
        assertThat(atTarget()).isEqualTo(HEADER + "bytes");
    }

    @Test
    void targetIsToldOfTheClientsTls() throws Exception {
        server(LOCAL, SendProxy.V2_TLS);
        talk(bytes(HEADER), false);
        String atTarget = atTarget();
        ConnectionRecord record = rig.next();
        Tlvs header = new Tlvs(atTarget);
        assertThat(header.of(0x02)).isEqualTo("own.test");
        String tls = header.of(0x20);
        assertThat(tls).startsWith("\u0001\0\0\0\u0001"); // over TLS, and no certificate was verified
        Tlvs inner = new Tlvs(tls, 5);
        assertThat(inner.of(0x21)).isEqualTo("TLSv1.3");
        assertThat(inner.of(0x23))
                .isEqualTo(requireNonNull(record.facts().tls(Leg.ACCEPT)).cipher());
        assertThat(inner.of(0x24)).isEqualTo(OWN.certificate().getSigAlgName());
        assertThat(inner.of(0x25)).isEqualTo("EC256");
        assertThat(atTarget).endsWith("bytes");
    }

    @Test
    void clientsHeaderGoesBeforeItsTls() throws Exception {
        try (TunnelRig behind = new TunnelRig()) {
            behind.run(new TunnelConfig(
                    "behind",
                    new AcceptLeg(new Address.Tcp("127.0.0.1", 0), tls(), LOCAL),
                    new ConnectLeg(TunnelRig.at(target.port()), null),
                    Limits.DEFAULT,
                    Timeouts.DEFAULT));
            client(LOCAL, SendProxy.V2, behind.port("behind"));
            try (Peer peer = Peer.plain(rig.port("t"))) {
                peer.send(HEADER + "bytes").finish();
                assertThat(peer.receive(5)).isEqualTo("hello");
            }
            assertThat(atTarget()).isEqualTo("bytes");
            assertThat(Printable.address(behind.next().facts().client())).isEqualTo("192.0.2.1:56324");
        }
    }

    @Test
    void probeOfATargetSpeaksForItself() throws Exception {
        server(AcceptProxy.NOBODY, SendProxy.V2);
        assertThat(rig.tunnel("t").probe().toCompletableFuture().get(20, TimeUnit.SECONDS))
                .matches(outcome -> outcome.answers());
        assertThat(atTarget()).isEqualTo("\r\n\r\n\0\r\nQUIT\n \0\0\0");
    }

    /** TLVs by their types. */
    private record Tlvs(String text, int at) {
        /** Of a header of IPv4. */
        Tlvs(String header) {
            this(header.substring(0, 16 + (header.charAt(14) << 8 | header.charAt(15))), 28);
        }

        String of(int type) throws IOException {
            ByteArrayInputStream in = new ByteArrayInputStream(bytes(text.substring(at)));
            while (in.available() > 0) {
                int found = in.read();
                String value = new String(in.readNBytes(in.read() << 8 | in.read()), ISO_8859_1);
                if (found == type) {
                    return value;
                }
            }
            return "none";
        }
    }
}
