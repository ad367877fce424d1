package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.connection.StatusChecks;
import io.ferrule.relay.Relay;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.tls.TicketKeys;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order in space: the table of {@link TunnelPipeline}, the same for both legs. */
class TunnelPipelineTest {
    private static final TestCertificate CERTIFICATE = TestCertificates.selfSigned("localhost");
    private static final Address SOMEWHERE = new Address.Tcp("localhost", 6379);

    private static TunnelConfig config(boolean tls, Path directory) {
        ConnectTls connect = new ConnectTls(
                new ServerTrust.Pins(List.of(CERTIFICATE.pin()), false), null, null, TlsSettings.DEFAULT);
        AcceptTls accept =
                new AcceptTls(KeySources.of(CERTIFICATE.writeTo(directory)), new Access.Anyone(), TlsSettings.DEFAULT);
        return new TunnelConfig(
                "t",
                new AcceptLeg(SOMEWHERE, tls ? accept : null),
                new ConnectLeg(SOMEWHERE, tls ? connect : null),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }

    private static TunnelTls tls(boolean tls, Path directory) throws OperatorException {
        return TunnelTls.build(
                TunnelMaterial.load(List.of(config(tls, directory))).get(0),
                Clock.systemUTC(),
                new InvitedClients(),
                StatusChecks.NONE,
                TicketKeys.ofThisProcess(Duration.ofHours(1)));
    }

    private static EmbeddedChannel assembled(Leg leg, TunnelTls tls) {
        EmbeddedChannel channel = new EmbeddedChannel();
        ConnectionFacts facts = new ConnectionFacts(1, "t", new InetSocketAddress(1), Instant.EPOCH, 0);
        Relay relay =
                new Relay(facts, Timeouts.DEFAULT, new ConnectionObserver() {}, channel.eventLoop(), new Relay.Owner() {
                    @Override
                    public void finished(Leg first) {}

                    @Override
                    public void failed(ConnectionFailure failure) {}
                });
        TunnelPipeline.assemble(channel, leg, tls, relay.handler(leg));
        return channel;
    }

    @ParameterizedTest
    @EnumSource(Leg.class)
    void aLegWithTlsHasItBeforeTheRelayAndIsReadForItsHandshake(Leg leg, @TempDir Path directory) throws Exception {
        try (TunnelTls tls = tls(true, directory)) {
            EmbeddedChannel channel = assembled(leg, tls);
            assertThat(channel.pipeline().names()).containsSubsequence(TunnelPipeline.TLS, TunnelPipeline.RELAY);
            assertThat(channel.config().isAutoRead()).isTrue();
            channel.finishAndReleaseAll();
        }
    }

    @ParameterizedTest
    @EnumSource(Leg.class)
    void aPlainLegHasTheRelayAloneAndWaitsToBeRead(Leg leg, @TempDir Path directory) throws Exception {
        try (TunnelTls tls = tls(false, directory)) {
            EmbeddedChannel channel = assembled(leg, tls);
            assertThat(channel.pipeline().names())
                    .contains(TunnelPipeline.RELAY)
                    .doesNotContain(TunnelPipeline.TLS);
            assertThat(channel.config().isAutoRead()).isFalse();
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void theNameSentAsSniIsTheTargetsUnlessToldOtherwise(@TempDir Path directory) throws Exception {
        try (TunnelTls tls = tls(true, directory)) {
            assertThat(tls.serverName(Leg.CONNECT)).isEqualTo("localhost");
            assertThat(tls.serverName(Leg.ACCEPT)).isNull();
        }
    }
}
