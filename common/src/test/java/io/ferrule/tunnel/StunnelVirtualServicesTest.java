package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's server name leads it to the section that the real stunnel hands it over to ({@code sni = SECTION:PATTERN}). */
@Timeout(60)
@NeedsCommand({"stunnel4", "stunnel"})
class StunnelVirtualServicesTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");
    private static final TestCertificate OWN = TestCertificates.selfSigned("own.test");
    private static final TestCertificate BEHIND = TestCertificates.selfSigned("behind.test");
    private static final TestCertificate WORKER = CA.leaf("client.test").issue();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer own;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer behind;

    @BeforeEach
    void open() throws IOException {
        own = saying("own..");
        behind = saying("behnd");
    }

    @AfterEach
    void close() {
        own.close();
        behind.close();
    }

    private static ScriptedServer saying(String word) throws IOException {
        return ScriptedServer.plain(peer -> {
            peer.send(word);
            peer.receiveAll();
        });
    }

    private String conf(String... more) {
        KeyFiles files = OWN.writeTo(directory, "own");
        KeyFiles second = BEHIND.writeTo(directory, "behind");
        return """
                [tunnel]
                accept = ACCEPT
                connect = 127.0.0.1:%d
                cert = %s
                key = %s
                [virtual]
                sni = tunnel:*.v.test
                connect = 127.0.0.1:%d
                cert = %s
                key = %s
                """
                        .formatted(
                                own.port(),
                                files.certificate(),
                                files.key(),
                                behind.port(),
                                second.certificate(),
                                second.key())
                + String.join("\n", more)
                + "\n";
    }

    /** Notes what it is shown and told, and leaves. */
    private static StunnelTwins.Play asking(String name, SSLContext tls, String version, List<String> found) {
        return port -> {
            try (Peer peer = name.isEmpty() ? Peer.tls(port, tls, version) : Peer.tlsTo(name, port, tls, version)) {
                X509Certificate shown = peer.peerCertificate();
                found.add(shown.getSubjectX500Principal().getName() + " " + peer.receive(5));
                peer.finish();
                peer.receiveAll();
            }
        };
    }

    private List<String> found(String conf, String name, String version) throws Exception {
        List<String> found = new ArrayList<>();
        new StunnelTwins(directory)
                .run(conf, 1, asking(name, JdkTls.anonymous(), version, found))
                .areTheSame();
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aNameThatFitsLeadsToTheSectionWithItsCertificateAndTarget(String version) throws Exception {
        assertThat(found(conf(), "a.B.v.test", version))
                .containsExactly("CN=behind.test behnd", "CN=behind.test behnd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v.test", "other.test", ""})
    void anyOtherNameOrNoneStaysWithThePrimary(String name) throws Exception {
        assertThat(found(conf(), name, "TLSv1.3")).containsExactly("CN=own.test own..", "CN=own.test own..");
    }

    @Test
    void theFirstPatternThatFitsWinsThoughALaterOneIsMoreSpecial() throws Exception {
        KeyFiles files = OWN.writeTo(directory, "own");
        String later = "[special]\nsni = tunnel:a.v.test\nconnect = 127.0.0.1:%d\ncert = %s\nkey = %s\n"
                .formatted(own.port(), files.certificate(), files.key());
        assertThat(found(conf(later), "a.v.test", "TLSv1.3"))
                .containsExactly("CN=behind.test behnd", "CN=behind.test behnd");
    }

    @Test
    void theSectionVerifiesItsOwnClients() throws Exception {
        String verifying = conf("CAfile = " + CA.writeTo(directory), "verifyChain = yes");
        List<String> found = new ArrayList<>();
        new StunnelTwins(directory)
                .run(verifying, 1, asking("a.v.test", JdkTls.showing(WORKER), "TLSv1.3", found))
                .areTheSameBut(line -> line.contains("Peer certificate"));
        assertThat(found).hasSize(2);
        new StunnelTwins(directory)
                .run(verifying, 1, port -> {
                    try (Peer peer = Peer.tlsTo("a.v.test", port, JdkTls.anonymous(), "TLSv1.3")) {
                        peer.in().read();
                    } catch (IOException refused) {
                        found.add("refused");
                    }
                })
                .areTheSame();
        assertThat(found).endsWith("refused", "refused");
        assertThat(found(verifying, "", "TLSv1.3")).contains("CN=own.test own..");
    }

    @Test
    void severalPatternsOfOneSectionAllCountHere() throws Exception {
        List<String> found = new ArrayList<>();
        String two = conf("sni = tunnel:second.test");
        StunnelTwins twins = new StunnelTwins(directory);
        twins.ours(two, 1, asking("second.test", JdkTls.anonymous(), "TLSv1.3", found));
        twins.ours(two, 1, asking("a.v.test", JdkTls.anonymous(), "TLSv1.3", found));
        assertThat(found).containsExactly("CN=behind.test behnd", "CN=behind.test behnd");
    }

    @Test
    void theSectionHasItsOwnFailoverAndWaits() throws Exception {
        int dead = Ports.free();
        String several = conf("TIMEOUTidle = 1")
                .replace(
                        "connect = 127.0.0.1:" + behind.port(),
                        "connect = 127.0.0.1:" + dead + "\nconnect = 127.0.0.1:" + behind.port());
        new StunnelTwins(directory)
                .run(several, 1, port -> {
                    try (Peer peer = Peer.tlsTo("a.v.test", port, JdkTls.anonymous(), "TLSv1.3")) {
                        assertThat(peer.receive(5)).isEqualTo("behnd");
                        peer.awaitEnd(Duration.ofSeconds(20));
                    }
                })
                .areTheSame();
    }
}
