package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.Pin;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client's handshake is not the proof that the server lets it in. */
@NeedsCommand("openssl")
@Timeout(60)
class ClientAcceptanceTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final TestCertificate CLIENT = TestCertificates.selfSigned("client");
    private static final TestCertificate OTHER = TestCertificates.selfSigned("other");

    @TempDir
    Path directory;

    private final TunnelRig servers = new TunnelRig();
    private final TunnelRig clients = new TunnelRig();
    private ScriptedServer echo;

    @BeforeEach
    void open() throws IOException {
        echo = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()));
    }

    @AfterEach
    void close() {
        clients.close();
        servers.close();
        echo.close();
    }

    private void serverAdmits(Pin pin) throws Exception {
        AcceptTls tls = new AcceptTls(
                KeySources.of(SERVER.writeTo(directory, "server")),
                Access.Clients.pinned(List.of(pin), false),
                TlsSettings.DEFAULT);
        servers.run(TunnelRig.server("server", tls, TunnelRig.at(echo.port())));
    }

    private void clientTo(int port, TlsVersion version) throws Exception {
        ConnectTls tls = new ConnectTls(
                new ServerTrust.Pins(List.of(SERVER.pin()), false),
                "localhost",
                KeySources.of(CLIENT.writeTo(directory, "client")),
                new TlsSettings(version, version, List.of()));
        clients.run(TunnelRig.client("client", tls, port));
    }

    private ProbeOutcome probe() throws Exception {
        return clients.tunnel("client").probe().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void refused() throws IOException {
        try (Peer peer = Peer.plain(clients.port("client"))) {
            assertThat(peer.awaitEnd(Duration.ofSeconds(20))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTargetThatRefusesTheClientDoesNotAnswerTheProbe(TlsVersion version) throws Exception {
        serverAdmits(OTHER.pin());
        clientTo(servers.port("server"), version);
        ProbeOutcome outcome = probe();
        assertThat(outcome.answers()).isFalse();
        assertThat(outcome.detail()).startsWith("the peer sent the alert ").contains("certificate");
    }

    @ParameterizedTest
    @EnumSource
    void aTargetThatAcceptsTheClientAnswersTheProbe(TlsVersion version) throws Exception {
        serverAdmits(CLIENT.pin());
        clientTo(servers.port("server"), version);
        assertThat(probe().detail()).endsWith("accepts connections and is verified");
    }

    @Test
    void aTargetThatSaysNothingAfterTheHandshakeAnswersTheProbeWithAReservation() throws Exception {
        try (OpenSslPeer silent = silent()) {
            clientTo(silent.port(), TlsVersion.TLS_1_3);
            ProbeOutcome outcome = probe();
            assertThat(outcome.answers()).isTrue();
            assertThat(outcome.detail()).endsWith("; it has not said yet whether it accepts this client's certificate");
        }
    }

    /** It sends no tickets, and answers whole lines only. */
    private static OpenSslPeer silent() {
        return OpenSslPeer.reversingServer(SERVER, "-num_tickets", "0", "-verify", "1");
    }

    @Test
    void aHandshakeThatIsRefusedCountsOnceAsAFailure() throws Exception {
        serverAdmits(OTHER.pin());
        clientTo(servers.port("server"), TlsVersion.TLS_1_3);
        refused();
        ConnectionRecord record = clients.next();
        assertThat(record.handshakeFailure()).isEqualTo(HandshakeFailure.REFUSED_BY_PEER);
        assertThat(record.detail()).startsWith("the peer sent the alert ");
        assertThat(clients.handshakes).containsExactly("connect refused_by_peer");
    }

    @Test
    void aHandshakeThatIsAcceptedCountsOnceAsASuccess() throws Exception {
        serverAdmits(CLIENT.pin());
        clientTo(servers.port("server"), TlsVersion.TLS_1_3);
        try (Peer peer = Peer.plain(clients.port("client"))) {
            assertThat(peer.send("hello").receive(5)).isEqualTo("hello");
            assertThat(clients.handshakes).containsExactly("connect secured");
        }
        clients.next();
        assertThat(clients.handshakes).containsExactly("connect secured");
    }

    @Test
    void aHandshakeOfWhichNothingMoreIsHeardCountsAsASuccessAtTheEnd() throws Exception {
        try (OpenSslPeer silent = silent()) {
            clientTo(silent.port(), TlsVersion.TLS_1_3);
            try (Peer peer = Peer.plain(clients.port("client"))) {
                peer.send("hello");
                await().until(() ->
                        clients.tunnel("client").connections().stream().anyMatch(each -> each.bytesFromClient() == 5));
                assertThat(clients.handshakes).isEmpty();
                peer.reset();
            }
            clients.next();
            assertThat(clients.handshakes).containsExactly("connect secured");
        }
    }

    @Test
    void refusedConnectionsComeBackOneByOne() throws Exception {
        serverAdmits(OTHER.pin());
        clientTo(servers.port("server"), TlsVersion.TLS_1_3);
        for (int i = 0; i < 3; i++) {
            refused();
        }
        servers.handshakes.clear();
        List<Peer> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                waiting.add(Peer.plain(clients.port("client")));
            }
            assertThat(waiting.get(0).awaitEnd(Duration.ofSeconds(20))).isNotEqualTo(Peer.End.STILL_OPEN);
            assertThat(servers.handshakes).hasSizeLessThan(5);
        } finally {
            waiting.forEach(Peer::close);
        }
    }

    @Test
    void aServerThatComesToAcceptTheClientServesThoseThatWait() throws Exception {
        serverAdmits(OTHER.pin());
        clientTo(servers.port("server"), TlsVersion.TLS_1_3);
        for (int i = 0; i < 3; i++) {
            refused();
        }
        try (Peer first = Peer.plain(clients.port("client"));
                Peer second = Peer.plain(clients.port("client"))) {
            int port = servers.port("server");
            AcceptTls tls = new AcceptTls(
                    KeySources.of(SERVER.writeTo(directory, "server")),
                    Access.Clients.pinned(List.of(CLIENT.pin()), false),
                    TlsSettings.DEFAULT);
            servers.run(TunnelRig.server("server", tls, TunnelRig.at(echo.port())));
            assertThat(servers.port("server")).isEqualTo(port);
            assertThat(first.send("hello").receive(5)).isEqualTo("hello");
            assertThat(second.send("hello").receive(5)).isEqualTo("hello");
        }
    }
}
