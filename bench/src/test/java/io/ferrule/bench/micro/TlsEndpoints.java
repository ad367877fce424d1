package io.ferrule.bench.micro;

import io.ferrule.admission.PeerRules;
import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.tls.TicketKeys;
import io.ferrule.tls.TlsContext;
import io.ferrule.tls.TlsService;
import io.ferrule.tls.TlsServices;
import io.ferrule.tls.TlsSetupException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * A server and a client that pins it, and that the server pins where both show a certificate. They agree on TLS 1.3 and X25519, as
 * in the comparison with other tunnels.
 */
record TlsEndpoints(TlsContext server, TlsContext client) implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);

    /** What the client keeps of sessions. */
    enum Continued {
        NEVER,
        IF_POSSIBLE
    }

    /**
     * With fresh certificates.
     *
     * @param keyType of the server: {@code P-256} or {@code RSA}, which has 2048 bits
     */
    static TlsEndpoints of(String keyType, boolean mutual, Continued continued) {
        TestCertificate own =
                TestCertificates.selfSignedLeaf("redis.test").key(keyType).issue();
        TestCertificate shown = TestCertificates.selfSigned("worker.test");
        PeerCheck clients = mutual ? PeerCheck.by(knowing(shown)) : null;
        List<KeyMaterial> ofClient = mutual ? List.of(material(shown)) : List.of();
        try {
            return new TlsEndpoints(
                    TlsContext.accept(
                            "redis",
                            TlsSettings.DEFAULT,
                            TlsServices.one(new TlsService("", List.of(material(own)), clients)),
                            TicketKeys.ofThisProcess(LIFETIME)),
                    TlsContext.connect(settings(continued), ofClient, PeerCheck.by(knowing(own))));
        } catch (TlsSetupException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TlsSettings settings(Continued continued) {
        TlsSettings usual = TlsSettings.DEFAULT;
        return new TlsSettings(
                TlsVersion.TLS_1_3,
                TlsVersion.TLS_1_3,
                usual.alpn(),
                usual.ciphers(),
                List.of("X25519"),
                usual.postQuantum(),
                usual.signatures(),
                usual.clientChoosesCipher(),
                continued == Continued.NEVER ? new Sessions(false, null, 0, LIFETIME) : Sessions.DEFAULT);
    }

    private static PeerVerifier knowing(TestCertificate peer) {
        return PeerRules.server(
                new ServerTrust.Pins(List.of(peer.pin()), List.of(), false),
                Revocation.NONE,
                TrustMaterial.none(),
                "redis.test",
                Clock.systemUTC());
    }

    private static KeyMaterial material(TestCertificate certificate) {
        return new KeyMaterial(certificate.chain(), certificate.key());
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
