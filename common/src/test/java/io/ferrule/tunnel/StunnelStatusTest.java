package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.pki.OcspChecks;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OcspResponder;
import io.ferrule.testing.OpenSslResponder;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether a certificate is still good: whom stunnel's options let in, asked of {@code openssl ocsp} and of revocation lists. */
@Timeout(60)
@NeedsCommand({"openssl", "stunnel4", "stunnel"})
class StunnelStatusTest {
    private final TestCertificates.Authority ca = TestCertificates.authority("ca1 CA");
    private final OpenSslResponder responder = OpenSslResponder.of(ca);
    private final TestCertificate server = TestCertificates.selfSigned("server.test");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> {
            peer.send("hello");
            peer.receiveAll();
        });
    }

    @AfterEach
    void close() {
        target.close();
        responder.close();
    }

    private String conf(String... options) {
        KeyFiles files = server.writeTo(directory, "server");
        return "[tunnel]\naccept = ACCEPT\nconnect = 127.0.0.1:" + target.port() + "\ncert = " + files.certificate()
                + "\nkey = " + files.key() + "\nCAfile = " + ca.writeTo(directory) + "\nverifyChain = yes\n"
                + String.join("\n", options) + "\n";
    }

    private static StunnelTwins.Play coming(TestCertificate client, List<Boolean> letIn) {
        return port -> {
            try (Peer peer = Peer.tls(port, JdkTls.showing(client), "TLSv1.2")) {
                letIn.add(peer.receive(5).equals("hello"));
            } catch (IOException refused) {
                letIn.add(false);
            }
        };
    }

    /** Whether it is let in by ours, and by the real stunnel. */
    private List<Boolean> letIn(TestCertificate client, String... options) throws Exception {
        List<Boolean> letIn = new ArrayList<>();
        try (OcspChecks checks = new OcspChecks(Clock.systemUTC())) {
            new StunnelTwins(directory, checks).run(conf(options), 1, coming(client, letIn));
        }
        return letIn;
    }

    private boolean isLetIn(TestCertificate client, String... options) throws Exception {
        List<Boolean> letIn = new ArrayList<>();
        try (OcspChecks checks = new OcspChecks(Clock.systemUTC())) {
            new StunnelTwins(directory, checks).ours(conf(options), 1, coming(client, letIn));
        }
        return letIn.get(0);
    }

    @Test
    void anAnswerThatRepeatsTheNonceCounts() throws Exception {
        TestCertificate good = ca.issue("good.test");
        TestCertificate revoked = ca.issue("revoked.test");
        responder.good(good.certificate()).revoked(revoked.certificate()).start(ca.identity(), "-nmin", "5");
        String[] options = {"OCSP = " + responder.url(), "OCSPnonce = yes"};
        assertThat(letIn(good, options)).containsExactly(true, true);
        assertThat(letIn(revoked, options)).containsExactly(false, false);
    }

    @Test
    void anAnswerWithoutTheNonceDoesNot() throws Exception {
        TestCertificate good = ca.issue("good.test");
        try (OcspResponder files = OcspResponder.of(ca)) {
            assertThat(isLetIn(good, "OCSP = " + files.url())).isTrue();
            assertThat(letIn(good, "OCSP = " + files.url(), "OCSPnonce = yes")).containsExactly(false, false);
        }
    }

    @Test
    void withANonceEachConnectionAsksAnew() throws Exception {
        TestCertificate good = ca.issue("good.test");
        responder.good(good.certificate()).start(ca.identity(), "-nmin", "5");
        List<Boolean> letIn = new ArrayList<>();
        String conf = conf("OCSP = " + responder.url(), "OCSPnonce = yes");
        try (OcspChecks checks = new OcspChecks(Clock.systemUTC())) {
            new StunnelTwins(directory, checks).ours(conf, 2, port -> {
                coming(good, letIn).at(port);
                responder.stop();
                coming(good, letIn).at(port);
            });
        }
        assertThat(letIn).containsExactly(true, false);
    }

    @Test
    void flagsThatMakeNoDifferenceAreTaken() throws Exception {
        TestCertificate good = ca.issue("good.test");
        responder.good(good.certificate()).start(ca.identity(), "-nmin", "5");
        assertThat(letIn(good, "OCSP = " + responder.url(), "OCSPflag = NOCHAIN", "OCSPflag = noexplicit"))
                .containsExactly(true, true);
    }

    @Test
    void theResponderOfTheCertificateIsAskedWhereTheOtherDoesNotKnow() throws Exception {
        TestCertificate good = ca.leaf("good.test").responder(responder.url()).issue();
        TestCertificate revoked =
                ca.leaf("revoked.test").responder(responder.url()).issue();
        TestCertificate nobodys = ca.issue("nobodys.test");
        responder.good(good.certificate()).revoked(revoked.certificate()).start(ca.identity(), "-nmin", "5");
        String[] options = {"OCSP = http://127.0.0.1:" + Ports.free(), "OCSPaia = yes"};
        assertThat(isLetIn(good, options)).isTrue();
        assertThat(isLetIn(revoked, options)).isFalse();
        assertThat(isLetIn(nobodys, options)).isFalse();
    }

    @Test
    void ofAChainThePeersOwnCertificateIsLookedUpInTheLists() throws Exception {
        TestCertificates.Authority between = ca.intermediate("between CA");
        TestCertificate good = between.issue("good.test");
        TestCertificate revoked = between.issue("revoked.test");
        Path authorities = Files.writeString(directory.resolve("both.pem"), ca.pem() + between.pem());
        Path list = TestCrl.of(between).revoking(revoked.certificate()).writeTo(directory, "between.crl");
        String[] options = {"CRLfile = " + list, "CAfile = " + authorities};
        assertThat(letIn(good, options)).containsExactly(true, true);
        assertThat(letIn(revoked, options)).containsExactly(false, false);
    }
}
