package io.ferrule.tls;

import io.ferrule.config.Pin;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.testing.TestCertificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contexts for tests in a line. */
final class TlsMaking {
    private TlsMaking() {}

    static KeyMaterial material(TestCertificate certificate) {
        return new KeyMaterial(certificate.chain(), certificate.key());
    }

    static List<KeyMaterial> materials(TestCertificate... certificates) {
        return Arrays.stream(certificates).map(TlsMaking::material).toList();
    }

    static PeerVerifier knowing(TestCertificate... known) {
        return chain -> !chain.isEmpty()
                        && Arrays.stream(known).anyMatch(each -> each.pin().equals(Pin.of(chain.get(0))))
                ? Verdict.TRUSTED
                : new Verdict.Refused(
                        chain.isEmpty() ? HandshakeFailure.NO_CERTIFICATE : HandshakeFailure.PIN_MISMATCH,
                        "none of those known");
    }

    static PeerCheck optional(PeerVerifier verifier) {
        return new PeerCheck(verifier, false, null);
    }

    static TicketKeys tickets() {
        return TicketKeys.ofThisProcess(Duration.ofHours(1));
    }

    static TlsService service(String name, @Nullable PeerCheck clients, TestCertificate... own) {
        return new TlsService(name, materials(own), clients);
    }

    static TlsContext server(TlsSettings settings, @Nullable PeerCheck clients, TestCertificate... own)
            throws TlsSetupException {
        return TlsContext.accept("redis", settings, TlsServices.one(service("", clients, own)), tickets());
    }

    static TlsContext client(TlsSettings settings, PeerVerifier server, TestCertificate... own)
            throws TlsSetupException {
        return TlsContext.connect(settings, materials(own), PeerCheck.by(server));
    }

    static TlsSettings only(TlsVersion version) {
        return new TlsSettings(version, version, List.of());
    }

    static TlsSettings with(TlsSettings settings, Sessions sessions) {
        return new TlsSettings(
                settings.minimum(),
                settings.maximum(),
                settings.alpn(),
                settings.ciphers(),
                settings.groups(),
                settings.postQuantum(),
                settings.signatures(),
                settings.clientChoosesCipher(),
                sessions);
    }
}
