package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.KeySources;
import io.ferrule.config.NamedService;
import io.ferrule.config.Revocation;
import io.ferrule.config.TlsSettings;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One listener, several server names: each leads to its own target, and shows its own certificate. */
@Timeout(60)
class NamedTargetsTest {
    private static final TestCertificate OWN = TestCertificates.selfSigned("own.test");
    private static final TestCertificate BLUE = TestCertificates.selfSigned("blue.test");

    @TempDir
    Path directory;

    private final TunnelRig rig = new TunnelRig();
    private ScriptedServer own;
    private ScriptedServer blue;
    private ScriptedServer green;

    @BeforeEach
    void open() throws IOException {
        own = saying("own..");
        blue = saying("blue.");
        green = saying("green");
    }

    @AfterEach
    void close() {
        rig.close();
        own.close();
        blue.close();
        green.close();
    }

    private static ScriptedServer saying(String word) throws IOException {
        return ScriptedServer.plain(peer -> {
            peer.send(word);
            peer.receiveAll();
        });
    }

    private void run(boolean refuseUnknown) throws Exception {
        KeySources keys = KeySources.of(BLUE.writeTo(directory, "blue"));
        List<NamedService> names = List.of(
                new NamedService("blue.test", keys, new Access.Anyone(), Revocation.NONE, TunnelRig.at(blue.port())),
                new NamedService(
                        "*.green.test", null, new Access.Anyone(), Revocation.NONE, TunnelRig.at(green.port())));
        AcceptTls tls = new AcceptTls(
                KeySources.of(OWN.writeTo(directory, "own")),
                new Access.Anyone(),
                TlsSettings.DEFAULT,
                Revocation.NONE,
                null,
                false,
                names,
                refuseUnknown);
        rig.run(TunnelRig.server("redis", tls, TunnelRig.at(own.port())));
    }

    private String askedFor(String name) throws IOException {
        try (Peer peer = Peer.tlsTo(name, rig.port("redis"), JdkTls.anonymous())) {
            return peer.receive(5);
        }
    }

    @Test
    void eachNameLeadsToItsOwnTarget() throws Exception {
        run(false);
        assertThat(askedFor("blue.test")).isEqualTo("blue.");
        assertThat(askedFor("a.green.test")).isEqualTo("green");
        assertThat(askedFor("B.Green.Test")).isEqualTo("green");
        assertThat(own.accepted()).isZero();
    }

    @Test
    void eachNameShowsItsOwnCertificateOrThatOfTheTunnel() throws Exception {
        run(false);
        try (Peer peer = Peer.tlsTo("blue.test", rig.port("redis"), JdkTls.anonymous())) {
            assertThat(peer.peerCertificate()).isEqualTo(BLUE.certificate());
        }
        try (Peer peer = Peer.tlsTo("a.green.test", rig.port("redis"), JdkTls.anonymous())) {
            assertThat(peer.peerCertificate()).isEqualTo(OWN.certificate());
        }
    }

    @Test
    void clientsWithAnUnknownNameOrNoneAreServedByTheTunnelItself() throws Exception {
        run(false);
        assertThat(askedFor("green.test")).isEqualTo("own..");
        assertThat(askedFor("a.b.green.test")).isEqualTo("own..");
        try (Peer peer = Peer.tls(rig.port("redis"), JdkTls.anonymous())) {
            assertThat(peer.receive(5)).isEqualTo("own..");
        }
    }

    @Test
    void clientsWithAnUnknownNameAreRefusedBeforeAnyTargetIsConnectedIfThatIsSaid() throws Exception {
        run(true);
        assertThatThrownBy(() -> askedFor("green.test"))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("unrecognized_name");
        assertThat(rig.next().handshakeFailure()).isEqualTo(HandshakeFailure.UNKNOWN_NAME);
        assertThat(askedFor("blue.test")).isEqualTo("blue.");
        assertThat(own.accepted()).isZero();
    }

    @Test
    void aReloadLeadsNewConnectionsElsewhere() throws Exception {
        run(false);
        try (Peer open = Peer.tlsTo("blue.test", rig.port("redis"), JdkTls.anonymous())) {
            ScriptedServer before = blue;
            blue = green;
            run(false);
            blue = before;
            assertThat(open.receive(5)).isEqualTo("blue.");
            assertThat(askedFor("blue.test")).isEqualTo("green");
        }
    }

    @Test
    void readinessAsksEveryTargetThatThereIs() throws Exception {
        run(false);
        assertThat(probed())
                .isEqualTo(new ProbeOutcome(
                        true,
                        TunnelRig.at(own.port()) + " accepts connections; " + TunnelRig.at(blue.port())
                                + " accepts connections; " + TunnelRig.at(green.port()) + " accepts connections"));
        own.close();
        assertThat(probed().answers()).isFalse();
        assertThat(probed().detail())
                .contains(TunnelRig.at(own.port()).toString())
                .doesNotContain("accepts");
        run(true); // and none that nobody is led to
        assertThat(probed().answers()).isTrue();
    }

    private ProbeOutcome probed() throws Exception {
        return rig.tunnel("redis").probe().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
