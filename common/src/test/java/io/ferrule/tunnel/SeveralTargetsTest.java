package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.AcceptLeg;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.Failover;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One tunnel, several targets: a connection reaches one that can be reached. */
@Timeout(60)
class SeveralTargetsTest {
    @TempDir
    Path directory;

    private final TunnelRig rig = new TunnelRig();
    private ScriptedServer one;
    private ScriptedServer two;

    @BeforeEach
    void open() throws IOException {
        one = saying("one");
        two = saying("two");
    }

    @AfterEach
    void close() {
        rig.close();
        one.close();
        two.close();
    }

    private static ScriptedServer saying(String word) throws IOException {
        return ScriptedServer.plain(peer -> {
            peer.send(word);
            peer.receiveAll();
        });
    }

    private TunnelConfig to(Failover failover, @Nullable InetAddress source) {
        return new TunnelConfig(
                "t",
                new AcceptLeg(new Address.Tcp("127.0.0.1", 0), null),
                new ConnectLeg(List.of(TunnelRig.at(one.port()), TunnelRig.at(two.port())), failover, source, null),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }

    private String word() throws IOException {
        try (Peer peer = Peer.plain(rig.port("t"))) {
            return peer.receive(3);
        }
    }

    @Test
    void byPriorityTheSecondServesWhileTheFirstIsGone() throws Exception {
        rig.run(to(Failover.PRIORITY, null));
        assertThat(List.of(word(), word())).containsExactly("one", "one");
        one.close();
        assertThat(word()).isEqualTo("two");
    }

    @Test
    void inTurnEachServesEverySecondConnection() throws Exception {
        rig.run(to(Failover.ROUND_ROBIN, null));
        List<String> words = List.of(word(), word(), word(), word());
        assertThat(words.subList(0, 2)).containsExactlyInAnyOrder("one", "two");
        assertThat(words.subList(2, 4)).isEqualTo(words.subList(0, 2));
    }

    @Test
    void whereNoneIsThereTheConnectionEndsAndAllAreNamed() throws Exception {
        rig.run(to(Failover.PRIORITY, null));
        one.close();
        two.close();
        try (Peer peer = Peer.plain(rig.port("t"))) {
            assertThat(peer.awaitEnd(Duration.ofSeconds(20))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
        var record = rig.next();
        assertThat(record.reason()).isEqualTo(CloseReason.CONNECT_FAILED);
        assertThat(record.detail())
                .isEqualTo("cannot connect to %1$s or %2$s: %1$s connection refused; %2$s connection refused"
                        .formatted(one.address(), two.address()));
    }

    @Test
    void theTunnelIsReadyAsLongAsOneAnswers() throws Exception {
        rig.run(to(Failover.PRIORITY, null));
        assertThat(probed())
                .isEqualTo(new ProbeOutcome(true, one.address() + " or " + two.address() + " accepts connections"));
        one.close();
        assertThat(probed().answers()).isTrue();
        two.close();
        assertThat(probed().answers()).isFalse();
    }

    private ProbeOutcome probed() throws Exception {
        return rig.tunnel("t").probe().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void whereConnectionsGoIsExplained() throws Exception {
        InetAddress source = InetAddress.getByName("127.0.0.9");
        String both = one.address() + " or " + two.address();
        assertThat(explained(to(Failover.PRIORITY, source)))
                .contains(
                        "To the first of " + both + " that can be connected to.",
                        "From the address 127.0.0.9 of this machine.",
                        "What is forwarded, between this program and " + two.address() + ". It stays on this machine.");
        assertThat(explained(to(Failover.ROUND_ROBIN, null)))
                .contains("To " + both + " in turn; where one cannot be connected to, to the next that can.");
    }

    private List<String> explained(TunnelConfig config) throws Exception {
        KeyMaterial stranger = KeyMaterial.load(
                        KeySources.of(TestCertificates.selfSigned("stranger").writeTo(directory)))
                .get(0);
        Explanation explanation = Tunnel.explain(
                TunnelMaterial.load(List.of(config)).get(0), Clock.systemUTC(), new InvitedClients(), stranger);
        List<String> words = new ArrayList<>();
        explanation.parts().forEach(part -> words.addAll(part.sentences()));
        return words;
    }
}
