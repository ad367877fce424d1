package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.OpenSslResponder;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client in front of the real stunnel and OpenSSL, and what it finds out about their certificates. */
@NeedsCommand({"stunnel4", "stunnel"})
class InteropRevocationIT {
    private static final TestCertificates.Authority AUTHORITY = TestCertificates.authority();
    private static final TestCertificate SERVER = AUTHORITY.issue("redis.test");

    @TempDir
    private Path directory;

    @Test
    void stunnelThatIsNotOnTheListIsServed() throws IOException {
        X509Certificate other = AUTHORITY.issue("redis.test").certificate();
        try (ScriptedServer target = ScriptedServer.plain(InteropRevocationIT::echoLine);
                StunnelPeer stunnel = StunnelPeer.server(SERVER, target.address());
                Program client = client(stunnel, other);
                Peer peer = Peer.plain(client.port())) {
            assertThat(peer.send("hello\n").receive(6)).isEqualTo("hello\n");
        }
    }

    @Test
    void stunnelThatIsOnTheListIsRefusedBeforeAnyByte() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(InteropRevocationIT::echoLine);
                StunnelPeer stunnel = StunnelPeer.server(SERVER, target.address());
                Program client = client(stunnel, SERVER.certificate())) {
            try (Peer peer = Peer.plain(client.port())) {
                peer.send("hello\n");
                assertThat(peer.awaitEnd(Duration.ofSeconds(10))).isNotEqualTo(Peer.End.STILL_OPEN);
            }
            client.stop(Duration.ofSeconds(10));
            assertThat(client.process().output()).contains("was revoked on").contains("key compromise");
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void opensslThatStaplesAGoodStatusIsServed() throws Exception {
        try (OpenSslResponder responder = OpenSslResponder.of(AUTHORITY).good(SERVER.certificate());
                OpenSslPeer server = stapling(responder);
                Program client = client(server.address(), "--ocsp", "stapled");
                Peer peer = Peer.plain(client.port())) {
            assertThat(peer.send("hello\n").receive(6)).isEqualTo("olleh\n");
        }
    }

    @Test
    void opensslThatStaplesThatItIsRevokedIsRefused() throws Exception {
        try (OpenSslResponder responder = OpenSslResponder.of(AUTHORITY).revoked(SERVER.certificate());
                OpenSslPeer server = stapling(responder);
                Program client = client(server.address(), "--ocsp", "stapled")) {
            assertRefused(client, "revoked");
        }
    }

    @Test
    void opensslThatStaplesNothingIsRefusedIfItHasTo() throws Exception {
        try (OpenSslPeer server = OpenSslPeer.reversingServer(SERVER);
                Program client = client(server.address(), "--ocsp", "stapled")) {
            assertRefused(client, "status_unknown");
        }
    }

    private static OpenSslPeer stapling(OpenSslResponder responder) {
        return OpenSslPeer.reversingServer(
                SERVER,
                "-status_file",
                responder.response(AUTHORITY.identity(), SERVER.certificate()).toString());
    }

    @Test
    void stunnelThatTheResponderCallsGoodIsServed() throws Exception {
        try (OpenSslResponder responder = OpenSslResponder.of(AUTHORITY)
                        .good(SERVER.certificate())
                        .start(AUTHORITY.identity());
                ScriptedServer target = ScriptedServer.plain(InteropRevocationIT::echoLine);
                StunnelPeer stunnel = StunnelPeer.server(SERVER, target.address());
                Program client = client(stunnel.address(), "--ocsp", responder.url());
                Peer peer = Peer.plain(client.port())) {
            assertThat(peer.send("hello\n").receive(6)).isEqualTo("hello\n");
        }
    }

    @Test
    void stunnelThatTheResponderCallsRevokedIsRefusedBeforeAnyByte() throws Exception {
        try (OpenSslResponder responder = OpenSslResponder.of(AUTHORITY)
                        .revoked(SERVER.certificate())
                        .start(AUTHORITY.identity());
                ScriptedServer target = ScriptedServer.plain(InteropRevocationIT::echoLine);
                StunnelPeer stunnel = StunnelPeer.server(SERVER, target.address());
                Program client = client(stunnel.address(), "--ocsp", responder.url())) {
            assertRefused(client, "revoked");
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void pinThatOpensslPrintsIsAPinOfOurs() throws Exception {
        Path certificate = SERVER.writeTo(directory, "pinned").certificate();
        String line = "openssl x509 -in " + certificate + " -noout -pubkey | openssl pkey -pubin -outform der"
                + " | openssl dgst -sha256 -binary | base64";
        try (Subprocess shell = Subprocess.start("sh", directory, List.of("sh", "-c", line))) {
            assertThat(shell.awaitExit(Duration.ofSeconds(20))).isZero();
            try (OpenSslPeer server = OpenSslPeer.reversingServer(SERVER);
                    Program client = Program.client(
                            directory,
                            "--target",
                            server.address(),
                            "--pin",
                            "sha256/" + shell.output().strip());
                    Peer peer = Peer.plain(client.port())) {
                assertThat(peer.send("hello\n").receive(6)).isEqualTo("olleh\n");
            }
        }
    }

    private static void assertRefused(Program client, String failure) throws IOException {
        try (Peer peer = Peer.plain(client.port())) {
            peer.send("hello\n");
            assertThat(peer.awaitEnd(Duration.ofSeconds(10))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
        assertThat(LoneServer.metric(client, "ferrule_handshake_failures_total", "leg=\"connect\"", failure))
                .isEqualTo(1);
    }

    private Program client(String address, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "--target", address, "--ca", AUTHORITY.writeTo(directory).toString(), "--server-name", "redis.test"));
        arguments.addAll(List.of(options));
        return Program.client(directory, arguments.toArray(String[]::new));
    }

    private Program client(StunnelPeer stunnel, X509Certificate revoked) {
        return Program.client(
                directory,
                "--target",
                stunnel.address(),
                "--ca",
                AUTHORITY.writeTo(directory).toString(),
                "--server-name",
                "redis.test",
                "--crl",
                TestCrl.of(AUTHORITY).revoking(revoked).writeTo(directory, "ca").toString());
    }

    private static void echoLine(Peer peer) throws IOException {
        peer.send(peer.receive(6));
        peer.receiveAll();
    }
}
