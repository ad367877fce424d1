package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.Limits;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stunnel's options verify, as operators read it of a tunnel. */
class TunnelWordsTest {
    private static final Address HERE = new Address.Tcp("127.0.0.1", 1);

    private static TunnelConfig verifying(boolean required, boolean chain) {
        Verification asked = new Verification(required, chain, false, List.of(Path.of("/ca.pem")), List.of());
        return new TunnelConfig(
                "t",
                new AcceptLeg(HERE, new AcceptTls(null, new Access.Verified(asked), TlsSettings.DEFAULT)),
                new ConnectLeg(HERE, new ConnectTls(new ServerTrust.Verified(asked), null, null, TlsSettings.DEFAULT)),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }

    @Test
    void whoIsVerifiedIsToldAndNeverAnyone() {
        assertThat(TunnelWords.clients(verifying(true, true)))
                .isEqualTo("clients with a certificate that leads to an authority in /ca.pem");
        assertThat(TunnelWords.clients(verifying(false, true)))
                .isEqualTo("clients with a certificate that leads to an authority in /ca.pem, or clients without a"
                        + " certificate");
        assertThat(TunnelWords.letsAnyoneIn(verifying(true, true))).isFalse();
        assertThat(TunnelWords.letsInvitedIn(verifying(true, true))).isFalse();
    }

    @Test
    void aServerThatNothingVerifiesIsToldAsSuch() {
        assertThat(TunnelWords.server(verifying(true, true)))
                .isEqualTo("a certificate that leads to an authority in /ca.pem");
        assertThat(TunnelWords.server(verifying(true, false))).isEqualTo("not verified: any certificate will do");
    }

    @Test
    void nobodyIsInvitedToATunnelThatWouldNotLetThemIn() {
        ServedTunnel served = new ServedTunnel(verifying(false, true), Path.of("/state"));
        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(served::admittingInvited)
                .withMessageContaining("nobody by invitation");
    }
}
