package io.ferrule.tunnel;

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
import io.ferrule.config.SendProxy;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.observe.Printable;
import io.ferrule.testing.HaproxyPeer;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers of the real HAProxy in front, and ours to the real HAProxy behind. */
@Timeout(60)
@NeedsCommand("haproxy")
class HaproxyTest {
    private static final TestCertificate OWN = TestCertificates.selfSigned("own.test");
    private static final TestCertificate CLIENT = TestCertificates.selfSigned("worker-1");
    private static final String LOGGED = "from %ci:%cp to %[dst]:%[dst_port] for '%[fc_pp_authority]' %ts";

    @TempDir
    Path directory;

    private final TunnelRig rig = new TunnelRig();
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> {
            peer.send("hello");
            peer.in().readAllBytes();
        });
    }

    @AfterEach
    void close() {
        rig.close();
        target.close();
    }

    private void server(Access access, AcceptProxy accept, SendProxy send, int to) throws Exception {
        AcceptTls tls = new AcceptTls(KeySources.of(OWN.writeTo(directory)), access, TlsSettings.DEFAULT);
        run(new AcceptLeg(new Address.Tcp("127.0.0.1", 0), tls, accept), new ConnectLeg(TunnelRig.at(to), null), send);
    }

    private void run(AcceptLeg accept, ConnectLeg connect, SendProxy send) throws Exception {
        rig.run(new TunnelConfig("t", accept, connect.withProxy(send), Limits.DEFAULT, Timeouts.DEFAULT));
    }

    private static int talk(Peer opened) throws IOException {
        try (Peer peer = opened) {
            assertThat(peer.receive(5)).isEqualTo("hello");
            return peer.localPort();
        }
    }

    // ---- in front

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,unique-id"})
    void clientOfHaproxyIsKnownByItsOwnAddress(String option) throws Exception {
        server(new Access.Anyone(), AcceptProxy.ANYONE, SendProxy.OFF, target.port());
        try (HaproxyPeer haproxy = HaproxyPeer.start("", "127.0.0.1:" + rig.port("t") + " " + option, LOGGED)) {
            int port = talk(Peer.tls(haproxy.port(), JdkTls.anonymous()));
            assertThat(Printable.address(rig.next().facts().client())).isEqualTo("127.0.0.1:" + port);
        }
    }

    /** HAProxy ends the client's TLS, tells of it, and begins its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "send-proxy-v2-ssl",
                "send-proxy-v2-ssl-cn",
                "send-proxy-v2-ssl-cn proxy-v2-options cert-cn,ssl-cipher,cert-sig,cert-key,authority,crc32c"
            })
    void whatHaproxyTellsOfTlsIsTakenToo(String option) throws Exception {
        server(new Access.Anyone(), AcceptProxy.ANYONE, SendProxy.OFF, target.port());
        Path pem = directory.resolve("haproxy.pem");
        Files.writeString(
                pem,
                Files.readString(OWN.writeTo(directory, "h").certificate())
                        + Files.readString(OWN.writeTo(directory, "h").key()));
        String bind =
                "ssl crt " + pem + " ca-file " + CLIENT.writeTo(directory, "c").certificate() + " verify optional";
        String to = "127.0.0.1:" + rig.port("t") + " ssl verify none " + option;
        try (HaproxyPeer haproxy = HaproxyPeer.start(bind, to, LOGGED)) {
            int port = talk(Peer.tlsTo("own.test", haproxy.port(), JdkTls.showing(CLIENT)));
            assertThat(Printable.address(rig.next().facts().client())).isEqualTo("127.0.0.1:" + port);
        }
    }

    @Test
    void applicationBehindHaproxyIsKnownToAClientToo() throws Exception {
        try (ScriptedServer secured = ScriptedServer.tls(
                JdkTls.showing(OWN), peer -> peer.send("hello").receiveAll())) {
            run(
                    new AcceptLeg(new Address.Tcp("127.0.0.1", 0), null, AcceptProxy.ANYONE),
                    new ConnectLeg(TunnelRig.at(secured.port()), pinned()),
                    SendProxy.OFF);
            try (HaproxyPeer haproxy = HaproxyPeer.start("", "127.0.0.1:" + rig.port("t") + " send-proxy-v2", LOGGED)) {
                int port = talk(Peer.plain(haproxy.port()));
                assertThat(Printable.address(rig.next().facts().client())).isEqualTo("127.0.0.1:" + port);
            }
        }
    }

    private static ConnectTls pinned() {
        return new ConnectTls(new ServerTrust.Pins(List.of(OWN.pin()), false), "own.test", null, TlsSettings.DEFAULT);
    }

    // ---- behind

    @ParameterizedTest
    @EnumSource(value = SendProxy.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void haproxyBehindLogsTheClientsAddress(SendProxy version) throws Exception {
        try (HaproxyPeer haproxy = HaproxyPeer.start("accept-proxy", "127.0.0.1:" + target.port(), LOGGED)) {
            server(clients(), AcceptProxy.NOBODY, version, haproxy.port());
            SSLContext context = JdkTls.showing(CLIENT);
            int port = talk(Peer.tlsTo("own.test", rig.port("t"), context));
            String name = version == SendProxy.V2_TLS ? "own.test" : "-";
            assertThat(haproxy.awaitLine("from .*"))
                    .startsWith("from 127.0.0.1:" + port + " to 127.0.0.1:" + rig.port("t") + " for '" + name + "'");
        }
    }

    private static Access clients() {
        return Access.Clients.pinned(List.of(CLIENT.pin()), false);
    }

    @Test
    void aClientsHeaderReachesHaproxyBeforeTls() throws Exception {
        Path pem = directory.resolve("haproxy.pem");
        Files.writeString(
                pem,
                Files.readString(OWN.writeTo(directory, "h").certificate())
                        + Files.readString(OWN.writeTo(directory, "h").key()));
        try (HaproxyPeer haproxy =
                HaproxyPeer.start("accept-proxy ssl crt " + pem, "127.0.0.1:" + target.port(), LOGGED)) {
            run(
                    new AcceptLeg(new Address.Tcp("127.0.0.1", 0), null),
                    new ConnectLeg(TunnelRig.at(haproxy.port()), pinned()),
                    SendProxy.V2);
            int port = talk(Peer.plain(rig.port("t")));
            assertThat(haproxy.awaitLine("from .*")).startsWith("from 127.0.0.1:" + port + " to 127.0.0.1:");
        }
    }
}
