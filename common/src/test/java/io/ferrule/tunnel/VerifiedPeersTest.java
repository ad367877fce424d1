package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.NamePattern;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom stunnel's verify options let in, and whom they let through: the real stunnel says it, and we do the same. */
@Timeout(120)
class VerifiedPeersTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority("CA");
    private static final TestCertificate OWN = CA.issue("localhost");
    private static final TestCertificate STORED = CA.issue("stored.test");
    private static final TestCertificate SIBLING = CA.issue("sibling.test");
    private static final TestCertificate STRANGER =
            TestCertificates.authority("Other").issue("stored.test");

    @TempDir
    Path directory;

    private final TunnelRig rig = new TunnelRig();
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> peer.send("welcome\n"));
    }

    @AfterEach
    void close() {
        rig.close();
        target.close();
    }

    /** What stunnel's manual says of {@code verify}. */
    private Verification level(int verify, NamePattern... names) {
        return new Verification(
                verify >= 2,
                verify >= 1 && verify <= 3,
                verify >= 3,
                verify == 0 ? List.of() : List.of(bundle(verify)),
                List.of(names));
    }

    private Path bundle(int verify) {
        String stored = TestCertificate.pem(STORED.certificate());
        String pem = verify == 4 ? stored : verify == 3 ? CA.pem() + stored : CA.pem();
        return TestCertificate.write(directory.resolve("bundle-" + verify + ".pem"), pem);
    }

    private TunnelConfig server(Verification asked) {
        AcceptTls tls =
                new AcceptTls(KeySources.of(OWN.writeTo(directory)), new Access.Verified(asked), TlsSettings.DEFAULT);
        return TunnelRig.server("server", tls, TunnelRig.at(target.port()));
    }

    private static TunnelConfig client(Verification asked, int port) {
        ConnectTls tls = new ConnectTls(new ServerTrust.Verified(asked), null, null, TlsSettings.DEFAULT);
        return TunnelRig.client("client", tls, port);
    }

    // ---- clients

    private Map<String, KeyFiles> clients() {
        Map<String, KeyFiles> clients = new LinkedHashMap<>();
        clients.put("stored", STORED.writeTo(directory, "stored"));
        clients.put("sibling", SIBLING.writeTo(directory, "sibling"));
        clients.put("stranger", STRANGER.writeTo(directory, "stranger"));
        return clients;
    }

    /** Those who are let in, also without a certificate; OpenSSL shows one whoever it is asked for. */
    private List<String> letIn(int port, String version) {
        List<String> in = new ArrayList<>();
        if (isWelcome(port, version)) {
            in.add("nobody");
        }
        clients().forEach((name, files) -> {
            String certificate = files.certificate().toString();
            if (isWelcome(
                    port, version, "-cert", certificate, "-key", files.key().toString())) {
                in.add(name);
            }
        });
        return in;
    }

    private static boolean isWelcome(int port, String... options) {
        List<String> command =
                new ArrayList<>(List.of("openssl", "s_client", "-quiet", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        return CommandResult.of(Duration.ofSeconds(20), command, new byte[0])
                .output()
                .contains("welcome");
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @ParameterizedTest
    @CsvSource({
        "0, nobody stored sibling stranger",
        "1, nobody stored sibling",
        "2, stored sibling",
        "3, stored",
        "4, stored"
    })
    void everyLevelOfVerifyLetsInWhomStunnelLetsIn(int verify, String in) throws Exception {
        List<String> expected = List.of(in.split(" "));
        rig.run(server(level(verify)));
        for (String version : List.of("-tls1_3", "-tls1_2")) {
            assertThat(letIn(rig.port("server"), version)).as(version).isEqualTo(expected);
        }
        List<String> options = new ArrayList<>(List.of("verify = " + verify));
        if (verify > 0) {
            options.add("CAfile = " + bundle(verify));
        }
        try (StunnelPeer stunnel = StunnelPeer.server(OWN, target.address(), options.toArray(String[]::new))) {
            assertThat(letIn(stunnel.port(), "-tls1_3")).as("stunnel").isEqualTo(expected);
        }
    }

    @Test
    void aTightenedRuleEndsTheSessionsOfThoseWithoutCertificate() throws Exception {
        rig.run(server(level(1)));
        SSLContext context = JdkTls.anonymous();
        assertThat(isWelcome(context)).isTrue();
        assertThat(isWelcome(context)).as("continued").isTrue();
        rig.run(server(level(2)));
        assertThat(isWelcome(context)).isFalse();
    }

    private boolean isWelcome(SSLContext context) {
        try (Peer peer = Peer.tls(rig.port("server"), context)) {
            return peer.receive(7).equals("welcome");
        } catch (IOException refused) {
            return false;
        }
    }

    // ---- servers

    private boolean isLetThrough(Verification asked, TestCertificate shown) throws Exception {
        try (ScriptedServer tls = ScriptedServer.tls(JdkTls.showing(shown), peer -> peer.send("welcome\n"))) {
            rig.run(client(asked, tls.port()));
            return isWelcome(rig.port("client"));
        }
    }

    private static boolean isWelcome(int port) {
        try (Peer peer = Peer.plain(port)) {
            return peer.receive(7).equals("welcome");
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean stunnelLetsThrough(TestCertificate shown, String... options) throws Exception {
        try (ScriptedServer tls = ScriptedServer.tls(JdkTls.showing(shown), peer -> peer.send("welcome\n"));
                StunnelPeer stunnel = StunnelPeer.client(OWN, tls.address(), options)) {
            return isWelcome(stunnel.port());
        }
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @ParameterizedTest
    @CsvSource({"0, true, true, true", "2, true, true, false", "3, true, false, false", "4, true, false, false"})
    void everyLevelOfVerifyLetsThroughWhomStunnelLetsThrough(
            int verify, boolean stored, boolean sibling, boolean stranger) throws Exception {
        Map<TestCertificate, Boolean> expected = Map.of(STORED, stored, SIBLING, sibling, STRANGER, stranger);
        for (Map.Entry<TestCertificate, Boolean> shown : expected.entrySet()) {
            assertThat(isLetThrough(level(verify), shown.getKey())).isEqualTo(shown.getValue());
            String[] options = verify == 0
                    ? new String[] {"verify = 0"}
                    : new String[] {"verify = " + verify, "CAfile = " + bundle(verify)};
            assertThat(stunnelLetsThrough(shown.getKey(), options))
                    .as("stunnel")
                    .isEqualTo(shown.getValue());
        }
    }

    static Stream<TestCertificate> named() {
        return Stream.of(
                CA.issue("redis.example.test"),
                CA.issue("*.example.test"),
                CA.issue("*.test"),
                CA.issue("other.test", "redis.example.test"),
                CA.leaf("redis.example.test").withoutNames().issue(),
                CA.leaf("*.example.test").withoutNames().issue(),
                CA.leaf("redis.example.test").withoutNames().dns("other.test").issue(),
                CA.leaf("redis.example.test").withoutNames().names("127.0.0.1").issue());
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @ParameterizedTest
    @CsvSource({"redis.example.test, 6", ".example.test, 6", "a.redis.example.test, 0", "example.test, 0"})
    void aHostIsFoundWhereStunnelFindsIt(String host, int found) throws Exception {
        NamePattern name = new NamePattern(NamePattern.Kind.HOST, host);
        String[] options = {"verifyChain = yes", "CAfile = " + bundle(2), "checkHost = " + host};
        List<TestCertificate> ours = new ArrayList<>();
        List<TestCertificate> stunnels = new ArrayList<>();
        for (TestCertificate shown : named().toList()) {
            if (isLetThrough(level(2, name), shown)) {
                ours.add(shown);
            }
            if (stunnelLetsThrough(shown, options)) {
                stunnels.add(shown);
            }
        }
        assertThat(ours).isEqualTo(stunnels).hasSize(found);
    }

    @Test
    void aServerWithoutItsNameIsRefusedBeforeAnyByteOfTheClientIsSent() throws Exception {
        NamePattern name = new NamePattern(NamePattern.Kind.HOST, "other.test");
        List<String> received = new CopyOnWriteArrayList<>();
        try (ScriptedServer tls = ScriptedServer.tls(JdkTls.showing(STORED), peer -> received.add(peer.receive(1)))) {
            rig.run(client(level(2, name), tls.port()));
            try (Peer peer = Peer.plain(rig.port("client"))) {
                peer.send("secret").awaitEnd(Duration.ofSeconds(20));
            }
            assertThat(rig.next().detail()).contains("not issued for host:other.test");
            assertThat(rig.handshakes).containsExactly("connect name_mismatch");
        }
        assertThat(received).isEmpty();
    }

    // ---- words

    @Test
    void whatIsExplainedSaysThatNobodyIsVerifiedAndWhoGetsThrough() throws Exception {
        String text = explained(client(level(0), 1));
        assertThat(text)
                .contains("Nothing proves who the server is: any certificate will do")
                .contains("A server with a certificate of its own making: let in.")
                .contains("neither verifyChain nor verifyPeer: nothing proves who answers at 127.0.0.1:1");
    }

    @Test
    void whatIsExplainedSaysWhoOfTheClientsGetsIn() throws Exception {
        assertThat(explained(server(level(1))))
                .contains("A client is known by a certificate that leads to CN=CA")
                .contains("Without a certificate everybody gets in")
                .contains("A client without a certificate: let in.")
                .contains("A client with a certificate of its own making: refused, untrusted.");
        assertThat(explained(server(level(4))))
                .contains("A client without a certificate: refused, no_certificate.")
                .contains("A client with a certificate of its own making: refused, certificate_mismatch.");
    }

    private String explained(TunnelConfig config) throws Exception {
        KeyMaterial stranger = KeyMaterial.load(
                        KeySources.of(TestCertificates.selfSigned("stranger").writeTo(directory, "own-making")))
                .get(0);
        Explanation explanation = Tunnel.explain(
                TunnelMaterial.load(List.of(config)).get(0), Clock.systemUTC(), new InvitedClients(), stranger);
        List<String> words = new ArrayList<>();
        explanation.parts().forEach(part -> words.addAll(part.sentences()));
        return String.join("\n", words);
    }
}
