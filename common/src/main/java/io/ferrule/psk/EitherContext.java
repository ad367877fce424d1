package io.ferrule.psk;

import io.ferrule.config.PreSharedKeys;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import io.ferrule.tls.SecureContext;
import io.ferrule.tls.SecureStream;
import io.ferrule.tls.TlsContext;
import io.netty.util.concurrent.EventExecutor;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.tls.CipherSuite;
import org.jspecify.annotations.Nullable;

/**
 * An accept leg whose clients have a pre-shared key or look at a certificate: each client's hello says which, and then its whole
 * connection is of that kind.
 */
public final class EitherContext implements SecureContext {
    private static final Set<Integer> WITH_CERTIFICATES = Set.of(
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256);

    private final TlsContext certificates;
    private final PskContext keys;
    private final HelloLook look;

    /**
     * Takes ownership of {@code certificates}.
     *
     * @throws IllegalArgumentException with a sentence for the operator if nothing is left to speak with keys
     */
    public EitherContext(TlsContext certificates, TlsSettings settings, PreSharedKeys shared) {
        this.certificates = certificates;
        this.keys = PskContext.accept(settings, shared);
        this.look = new HelloLook(
                settings.maximum() == TlsVersion.TLS_1_3,
                identity -> shared.find(identity).isPresent(),
                settings.minimum() == TlsVersion.TLS_1_2
                        ? Arrays.stream(PskSuites.numbers(false, shared.ciphers()))
                                .boxed()
                                .collect(Collectors.toSet())
                        : Set.of(),
                WITH_CERTIFICATES);
    }

    /** What shows certificates. */
    public TlsContext certificates() {
        return certificates;
    }

    @Override
    public SecureStream newHandler(EventExecutor executor, @Nullable String serverName) {
        return new EitherHandler(this, executor);
    }

    HelloLook look() {
        return look;
    }

    SecureContext of(HelloLook.Answer answer) {
        return answer == HelloLook.Answer.KEY ? keys : certificates;
    }

    @Override
    public boolean serves(@Nullable String serverName) {
        return certificates.serves(serverName);
    }

    @Override
    public @Nullable PeerCheck check(@Nullable String serverName) {
        return certificates.check(serverName);
    }

    /** As {@link PskContext#verdict}, of a session by a key. */
    public Verdict verdict(TlsSession session) {
        return keys.verdict(session);
    }

    @Override
    public void close() {
        certificates.close();
        keys.close();
    }
}
