package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.Limits;
import io.ferrule.config.Revocation;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.OcspListener;
import io.ferrule.pki.OwnStaples;
import io.ferrule.testing.OcspResponder;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TunnelStaplesTest {
    private static final Address ANYWHERE = new Address.Tcp("127.0.0.1", 1);

    private final TestCertificates.Authority ca = TestCertificates.authority().intermediate("Issuing");

    private static KeyMaterial material(TestCertificate certificate) {
        return new KeyMaterial(certificate.chain(), certificate.key());
    }

    private static TunnelMaterial tunnel(boolean staple, KeyMaterial own, Map<String, TunnelMaterial.Named> names) {
        AcceptTls tls = new AcceptTls(
                null, new Access.Anyone(), TlsSettings.DEFAULT, Revocation.NONE, null, staple, List.of(), false);
        TunnelConfig config = new TunnelConfig(
                "redis",
                new AcceptLeg(ANYWHERE, tls),
                new ConnectLeg(ANYWHERE, null),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
        return new TunnelMaterial(
                config, List.of(own), List.of(), TrustMaterial.none(), TrustMaterial.none(), names, List.of());
    }

    @Test
    void statusOfEveryCertificateThatIsShownIsStapledIfThatIsSaid() throws Exception {
        try (OcspResponder responder = OcspResponder.of(ca)) {
            KeyMaterial own = material(ca.leaf("a").responder(responder.url()).issue());
            KeyMaterial named = material(ca.leaf("b").responder(responder.url()).issue());
            Map<String, TunnelMaterial.Named> names =
                    Map.of("b", new TunnelMaterial.Named(List.of(named), TrustMaterial.none()));
            LinkedBlockingQueue<KeyMaterial> stapled = new LinkedBlockingQueue<>();
            try (OwnStaples staples = start(tunnel(true, own, names), stapled)) {
                assertThat(staples).isNotNull();
                assertThat(List.of(next(stapled), next(stapled))).containsExactlyInAnyOrder(own, named);
            }
            try (OwnStaples none = start(tunnel(false, own, names), stapled)) {
                assertThat(none).isNull();
            }
        }
    }

    private static @Nullable OwnStaples start(TunnelMaterial material, LinkedBlockingQueue<KeyMaterial> stapled) {
        return TunnelStaples.start(
                material, null, Clock.systemUTC(), OcspListener.NONE, (own, response) -> stapled.add(own));
    }

    private static KeyMaterial next(LinkedBlockingQueue<KeyMaterial> stapled) throws InterruptedException {
        KeyMaterial next = stapled.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void operatorIsWarnedOfWhatStaplingCannotDoAndOfWhatNeedsIt() {
        KeyMaterial strict = material(
                ca.leaf("a").responder("http://127.0.0.1/").mustStaple().issue());
        KeyMaterial silent = material(ca.issue("b"));
        assertThat(tunnel(true, strict, Map.of()).cautions()).isEmpty();
        assertThat(tunnel(false, silent, Map.of()).cautions()).isEmpty();
        assertThat(tunnel(false, strict, Map.of()).cautions())
                .singleElement()
                .asString()
                .contains("CN=a", "switch staple on");
        assertThat(tunnel(true, silent, Map.of()).cautions())
                .singleElement()
                .asString()
                .contains("CN=b", "names no OCSP responder");
    }
}
