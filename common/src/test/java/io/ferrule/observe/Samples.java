package io.ferrule.observe;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.Limits;
import io.ferrule.config.Pin;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.TlsSession;
import io.ferrule.testing.TestCertificates;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tunnel and its connections, as the other rooms would tell of them. */
public final class Samples {
    public static final Instant OPENED = Instant.parse("2026-03-01T12:00:00Z");

    private Samples() {}

    /** A server's tunnel: TLS on the accept leg alone. */
    public static TunnelConfig serverTunnel(String name) {
        return new TunnelConfig(
                name,
                new AcceptLeg(
                        new Address.Tcp("127.0.0.1", 0), new AcceptTls(null, new Access.Anyone(), TlsSettings.DEFAULT)),
                new ConnectLeg(new Address.Tcp("127.0.0.1", 6379), null),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }

    /** A client's tunnel that knows its server by a key and by the next one. */
    static TunnelConfig clientTunnel(String name) {
        ServerTrust trust =
                new ServerTrust.Pins(List.of(Pin.of(certificate("now"))), List.of(Pin.of(certificate("next"))), false);
        return new TunnelConfig(
                name,
                new AcceptLeg(new Address.Tcp("127.0.0.1", 0), null),
                new ConnectLeg(
                        new Address.Tcp("127.0.0.1", 46_379), new ConnectTls(trust, null, null, TlsSettings.DEFAULT)),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }

    public static ConnectionFacts facts(long id, String tunnel) {
        return new ConnectionFacts(id, tunnel, new InetSocketAddress("192.0.2.7", 40_000), OPENED, 0);
    }

    public static ConnectionRecord ended(String tunnel, CloseReason reason) {
        return ended(facts(1, tunnel), reason, null, null);
    }

    public static ConnectionRecord ended(
            ConnectionFacts facts, CloseReason reason, @Nullable HandshakeFailure failure, @Nullable String detail) {
        return new ConnectionRecord(facts, reason, failure, detail, Duration.ofMillis(1_234));
    }

    public static TlsSession session(boolean resumed, X509Certificate... peer) {
        return new TlsSession(
                "TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519MLKEM768", resumed, "redis.test", "", null, List.of(peer));
    }

    /** A self-signed certificate whose subject is {@code CN=} and this, character by character. */
    public static X509Certificate certificate(String commonName) {
        return TestCertificates.selfSignedLeaf("sample")
                .hostileSubject(commonName)
                .issue()
                .certificate();
    }
}
