package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a section's {@code config} makes of TLS, seen by openssl of ours and of the real stunnel. */
@Timeout(60)
@NeedsCommand({"openssl", "stunnel4", "stunnel"})
class StunnelTlsChoicesTest {
    private static final TestCertificate SERVER =
            TestCertificates.selfSignedLeaf("server.test").key("RSA").issue();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> {
            peer.finish();
            peer.receiveAll();
        });
    }

    @AfterEach
    void close() {
        target.close();
    }

    private String conf(String option) {
        KeyFiles files = SERVER.writeTo(directory, "server");
        return "[tunnel]\naccept = ACCEPT\nconnect = 127.0.0.1:" + target.port() + "\ncert = " + files.certificate()
                + "\nkey = " + files.key() + "\n" + option + "\n";
    }

    /** What s_client says that it agreed on with ours, and with the real stunnel. */
    private List<String> agreed(String option, String... client) throws Exception {
        List<String> agreed = new ArrayList<>();
        new StunnelTwins(directory).run(conf(option), 1, port -> {
            try (OpenSslPeer peer = OpenSslPeer.client(port, client)) {
                agreed.add(peer.awaitLine("Cipher is .*").strip());
                peer.awaitExit();
            }
        });
        return agreed;
    }

    @ParameterizedTest
    @CsvSource({
        "config = MinProtocol:TLSv1.3, -tls1_2, Cipher is (NONE)",
        "config = MaxProtocol:TLSv1.2, -tls1_3, Cipher is (NONE)",
        "'config = Protocol:-ALL,TLSv1.2', -tls1_3, Cipher is (NONE)",
        "config = CipherString:ECDHE-RSA-AES256-GCM-SHA384, -tls1_2, Cipher is ECDHE-RSA-AES256-GCM-SHA384",
        "config = CipherString:ECDHE-RSA-CHACHA20-POLY1305, -tls1_2, Cipher is ECDHE-RSA-CHACHA20-POLY1305",
    })
    void commandsChooseVersionsAndSuites(String option, String version, String agreed) throws Exception {
        assertThat(agreed(option, version)).containsExactly(agreed, agreed);
    }

    /** Stunnel sets its own curves afterwards. */
    @Test
    void commandsChooseNoGroups() throws Exception {
        String agreed = "Cipher is TLS_AES_256_GCM_SHA384";
        assertThat(agreed("config = Groups:P-384", "-curves", "P-256", "-ciphersuites", "TLS_AES_256_GCM_SHA384"))
                .containsExactly(agreed, agreed);
    }

    // ---- securityLevel

    /** Whether a client with this key is let in by ours, and by the real stunnel. */
    private List<Boolean> letIn(int level, TestCertificates.Authority ca, TestCertificate client) throws Exception {
        TestCertificate strong =
                TestCertificates.selfSignedLeaf("server.test").key("P-256").issue();
        KeyFiles files = strong.writeTo(directory, "server");
        String conf = "[tunnel]\naccept = ACCEPT\nconnect = 127.0.0.1:" + target.port() + "\ncert = "
                + files.certificate() + "\nkey = " + files.key() + "\nCAfile = " + ca.writeTo(directory)
                + "\nverifyChain = yes\nsecurityLevel = " + level + "\n";
        KeyFiles own = client.writeTo(directory, "client");
        List<Boolean> letIn = new ArrayList<>();
        StunnelTwins.Lines lines = new StunnelTwins(directory).run(conf, 1, port -> {
            try (OpenSslPeer peer = OpenSslPeer.client(
                    port,
                    "-tls1_2",
                    "-cert",
                    own.certificate().toString(),
                    "-key",
                    own.key().toString())) {
                peer.awaitExit();
            }
        });
        for (List<String> each : List.of(lines.ours(), lines.theirs())) {
            letIn.add(each.stream().anyMatch(line -> line.contains("connected remote server")));
        }
        return letIn;
    }

    @Test
    void aPeersKeyHasToBeAsStrongAsTheLevel() throws Exception {
        TestCertificates.Authority ca = TestCertificates.authority("ca1 CA");
        TestCertificate weak = ca.leaf("client.test").key("RSA").issue(); // of 2048 bits
        TestCertificate strong = ca.leaf("client.test").key("P-256").issue();
        assertThat(letIn(2, ca, weak)).containsExactly(true, true);
        assertThat(letIn(3, ca, weak)).containsExactly(false, false);
        assertThat(letIn(3, ca, strong)).containsExactly(true, true);
    }
}
