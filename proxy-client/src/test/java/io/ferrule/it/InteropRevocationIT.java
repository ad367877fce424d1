package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client in front of the real stunnel, with a revocation list of stunnel's authority. */
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
