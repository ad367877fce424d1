package io.ferrule.tunnel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that fail the check go where {@code redirect} says, as with the real stunnel, and never where the others go. */
@Timeout(60)
class StunnelRedirectTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");
    private static final TestCertificates.Authority OTHER = TestCertificates.authority("other CA");
    private static final TestCertificate SERVER = TestCertificates.selfSigned("server.test");
    private static final TestCertificate WORKER = CA.leaf("client.test").issue();
    private static final TestCertificate STRANGER = OTHER.leaf("client.test").issue();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer target;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer elsewhere;

    @BeforeEach
    void open() throws IOException {
        target = saying("inner\n", true);
        elsewhere = saying("outer\n", true);
    }

    private void openForLonger() throws IOException {
        close();
        target = saying("inner\n", false);
        elsewhere = saying("outer\n", false);
    }

    @AfterEach
    void close() {
        target.close();
        elsewhere.close();
    }

    private static ScriptedServer saying(String word, boolean ends) throws IOException {
        return ScriptedServer.plain(peer -> {
            peer.send(word);
            if (ends) {
                peer.finish();
            }
            peer.receiveAll();
        });
    }

    private String conf() {
        KeyFiles files = SERVER.writeTo(directory, "server");
        return """
                [tunnel]
                accept = ACCEPT
                connect = 127.0.0.1:%d
                redirect = 127.0.0.1:%d
                cert = %s
                key = %s
                CAfile = %s
                verifyChain = yes
                """
                .formatted(target.port(), elsewhere.port(), files.certificate(), files.key(), CA.writeTo(directory));
    }

    private String[] showing(String whom, String... more) {
        List<String> options = new ArrayList<>(List.of(more));
        if (!whom.equals("nobody")) {
            KeyFiles files = (whom.equals("worker") ? WORKER : STRANGER).writeTo(directory, whom);
            options.addAll(List.of(
                    "-cert", files.certificate().toString(), "-key", files.key().toString()));
        }
        return options.toArray(String[]::new);
    }

    private static String told(int port, String... options) throws IOException {
        try (OpenSslPeer client = OpenSslPeer.client(port, options)) {
            String told = client.awaitLine("(inner|outer)$");
            client.awaitExit();
            return told;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "worker, -tls1_2, inner",
        "worker, -tls1_3, inner",
        "stranger, -tls1_2, outer",
        "stranger, -tls1_3, outer",
        "nobody, -tls1_2, outer",
        "nobody, -tls1_3, outer",
    })
    @NeedsCommand({"openssl", "stunnel4", "stunnel"})
    void whoFailsTheCheckGoesElsewhereAsWithStunnel(String whom, String version, String where) throws Exception {
        List<String> found = new ArrayList<>();
        StunnelTwins.Lines lines =
                new StunnelTwins(directory).run(conf(), 1, port -> found.add(told(port, showing(whom, version))));
        assertThat(found).containsExactly(where, where);
        if (whom.equals("stranger")) { // OpenSSL goes on verifying, and calls it accepted at last
            lines.areTheSameBut(line -> line.contains("unable to verify the first certificate")
                    || line.contains("Rejected by CERT")
                    || line.contains("No subject checks configured")
                    || line.contains("Certificate accepted"));
            assertThat(lines.ours())
                    .filteredOn(line -> line.contains("Rejected by CERT"))
                    .hasSize(1);
        } else {
            lines.areTheSame();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stranger, -tls1_2, outer",
        "stranger, -tls1_3, outer",
        "nobody, -tls1_2, outer",
        "nobody, -tls1_3, outer",
        "worker, -tls1_3, inner"
    })
    @NeedsCommand({"openssl"})
    void aContinuedSessionLeadsToTheSamePlace(String whom, String version, String where) throws Exception {
        Path session = directory.resolve("session");
        List<String> lines = new StunnelTwins(directory).ours(conf(), 2, port -> {
            assertThat(told(port, showing(whom, version, "-sess_out", session.toString())))
                    .isEqualTo(where);
            assertThat(told(port, version, "-sess_in", session.toString())).isEqualTo(where);
        });
        assertThat(lines).anyMatch(line -> line.contains("previous session reused"));
        assertThat(lines.stream().filter(line -> line.contains("Redirecting connection")))
                .hasSize(where.equals("outer") ? 2 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theCheckOfAnExpiredClientFailsToo(String version) throws Exception {
        TestCertificate expired = CA.leaf("client.test").expired().issue();
        new StunnelTwins(directory).ours(conf(), 1, port -> {
            try (Peer peer = Peer.tls(port, JdkTls.showing(expired), version)) {
                assertThat(peer.receive(6)).isEqualTo("outer\n");
            }
        });
        assertThat(target.accepted()).isZero();
    }

    // ---- the rules change

    private TunnelConfig judging(TestCertificates.Authority by, @Nullable ScriptedServer redirect) {
        Verification chain = new Verification(true, true, false, List.of(by.writeTo(directory)), List.of());
        ConnectLeg leg = redirect == null ? null : new ConnectLeg(TunnelRig.at(redirect.port()), null);
        return TunnelRig.server(
                "tunnel",
                new AcceptTls(
                        KeySources.of(SERVER.writeTo(directory, "server")),
                        new Access.Verified(chain, leg),
                        TlsSettings.DEFAULT),
                TunnelRig.at(target.port()));
    }

    @Test
    void whoIsNoLongerTrustedIsCutThoughOthersAreRedirected() throws Exception {
        openForLonger();
        try (TunnelRig rig = new TunnelRig()) {
            rig.run(judging(CA, elsewhere));
            try (Peer trusted = Peer.tls(rig.port("tunnel"), JdkTls.showing(WORKER));
                    Peer redirected = Peer.tls(rig.port("tunnel"), JdkTls.anonymous())) {
                assertThat(trusted.receive(6)).isEqualTo("inner\n");
                assertThat(redirected.receive(6)).isEqualTo("outer\n");
                rig.run(judging(OTHER, elsewhere));
                assertThat(judged(rig)).isEqualTo(1);
                assertThat(rig.next().reason()).isEqualTo(CloseReason.PERMISSION_GONE);
                assertThat(left(rig)).isEqualTo(elsewhere.port());
            }
        }
    }

    @Test
    void whoWasRedirectedIsCutWhenNobodyIsAnyMore() throws Exception {
        openForLonger();
        try (TunnelRig rig = new TunnelRig()) {
            rig.run(judging(CA, elsewhere));
            try (Peer trusted = Peer.tls(rig.port("tunnel"), JdkTls.showing(WORKER));
                    Peer redirected = Peer.tls(rig.port("tunnel"), JdkTls.anonymous())) {
                assertThat(trusted.receive(6)).isEqualTo("inner\n");
                assertThat(redirected.receive(6)).isEqualTo("outer\n");
                rig.run(judging(CA, null));
                assertThat(judged(rig)).isEqualTo(1);
                assertThat(rig.next().reason()).isEqualTo(CloseReason.PERMISSION_GONE);
                assertThat(left(rig)).isEqualTo(target.port());
            }
        }
    }

    /** Where the only connection that is left goes. */
    private static int left(TunnelRig rig) {
        Collection<ConnectionFacts> left = Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> rig.tunnel("tunnel").connections(), open -> open.size() == 1);
        return ((InetSocketAddress) requireNonNull(left.iterator().next().target())).getPort();
    }

    private static int judged(TunnelRig rig) throws Exception {
        return rig.tunnel("tunnel").judgeAnew().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
