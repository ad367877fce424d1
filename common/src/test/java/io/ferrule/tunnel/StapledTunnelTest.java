package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TlsSettings;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.pki.OcspChecks;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OcspResponder;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that staples the status of its own certificate, and clients that want to see it. */
@NeedsCommand("openssl")
@Timeout(60)
class StapledTunnelTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final TestCertificates.Authority root = TestCertificates.authority();
    private final TestCertificates.Authority issuing = root.intermediate("Issuing");
    private final OcspResponder responder = OcspResponder.of(issuing);
    private final TestCertificate certificate =
            issuing.leaf("localhost").responder(responder.url()).mustStaple().issue();
    private final OcspChecks checks = new OcspChecks(Clock.systemUTC());
    private final TunnelRig servers = new TunnelRig();
    private final TunnelRig clients = new TunnelRig(checks);
    private ScriptedServer echo;

    @BeforeEach
    void open() throws IOException {
        echo = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()));
    }

    @AfterEach
    void close() {
        clients.close();
        servers.close();
        checks.close();
        responder.close();
        echo.close();
    }

    private void serve(TestCertificate shown, boolean staple) throws Exception {
        AcceptTls tls = new AcceptTls(
                KeySources.of(shown.writeTo(directory, "server")),
                new Access.Anyone(),
                TlsSettings.DEFAULT,
                Revocation.NONE,
                null,
                staple,
                List.of(),
                false);
        servers.run(TunnelRig.server("server", tls, TunnelRig.at(echo.port())));
    }

    private void connectClient() throws Exception {
        ServerTrust trust = new ServerTrust.Authority(root.writeTo(directory), List.of());
        clients.run(TunnelRig.client(
                "client", new ConnectTls(trust, "localhost", null, TlsSettings.DEFAULT), servers.port("server")));
    }

    private boolean stapled() {
        try (OpenSslPeer client = OpenSslPeer.client(servers.port("server"), "-status")) {
            return client.awaitLine("OCSP Response Status: successful|OCSP response: no response sent")
                    .contains("successful");
        }
    }

    private void awaitStapled(boolean wanted) {
        await().atMost(LIMIT).until(() -> stapled() == wanted);
    }

    private @Nullable HandshakeFailure refusal() throws Exception {
        try (Peer peer = Peer.plain(clients.port("client"))) {
            assertThat(peer.awaitEnd(LIMIT)).isNotEqualTo(Peer.End.STILL_OPEN);
        }
        return clients.next().handshakeFailure();
    }

    private void awaitAlertOnServer() {
        await().atMost(LIMIT).until(() -> servers.ended.stream()
                .anyMatch(each -> String.valueOf(each.detail()).startsWith("the peer sent the alert")));
    }

    @Test
    void opensslSeesTheStatusStapled() throws Exception {
        serve(certificate, true);
        awaitStapled(true);
    }

    @Test
    void nothingIsStapledUnlessThatIsSaid() throws Exception {
        serve(certificate, false);
        assertThat(stapled()).isFalse();
        assertThat(responder.asked()).isZero();
    }

    @Test
    void aClientOfOursConnectsToACertificateThatMustBeStapled() throws Exception {
        serve(certificate, true);
        awaitStapled(true);
        connectClient();
        try (Peer peer = Peer.plain(clients.port("client"))) {
            assertThat(peer.send("hello").receive(5)).isEqualTo("hello");
        }
    }

    @Test
    void aClientOfOursRefusesACertificateThatMustBeStapledAndIsNot() throws Exception {
        serve(certificate, false);
        connectClient();
        assertThat(refusal()).isEqualTo(HandshakeFailure.STATUS_UNKNOWN);
        awaitAlertOnServer();
        assertThat(echo.accepted()).isZero();
    }

    @Test
    void aRevokedCertificateIsNoLongerStapledAndRefused() throws Exception {
        responder.revoke(certificate.certificate());
        serve(certificate, true);
        await().atMost(LIMIT).until(() -> responder.asked() > 0);
        assertThat(stapled()).isFalse();
        connectClient();
        assertThat(refusal()).isEqualTo(HandshakeFailure.STATUS_UNKNOWN);
        awaitAlertOnServer();
    }

    @Test
    void aReloadThatKeepsTheCertificateKeepsItsStatusThoughTheResponderIsGone() throws Exception {
        serve(certificate, true);
        awaitStapled(true);
        TestCertificate added = issuing.leaf("localhost").key("RSA").issue();
        responder.spoil(answer -> new byte[0]);
        AcceptTls both = new AcceptTls(
                new KeySources(
                        List.of(
                                certificate.writeTo(directory, "server").certificate(),
                                added.writeTo(directory, "added").certificate()),
                        List.of(directory.resolve("server.key"), directory.resolve("added.key")),
                        List.of(),
                        null),
                new Access.Anyone(),
                TlsSettings.DEFAULT,
                Revocation.NONE,
                null,
                true,
                List.of(),
                false);
        servers.run(TunnelRig.server("server", both, TunnelRig.at(echo.port())));
        assertThat(stapled()).isTrue();
    }

    @Test
    void aReloadStaplesToACertificateThatIsNew() throws Exception {
        serve(certificate, false);
        TestCertificate next =
                issuing.leaf("localhost").responder(responder.url()).issue();
        serve(next, true);
        awaitStapled(true);
        serve(next, false);
        assertThat(stapled()).isFalse();
    }
}
