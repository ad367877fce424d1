package io.ferrule.connection;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a certificate that is otherwise right has been revoked, which may mean to ask somebody over the network. Never
 * blocks its caller; may be called from any thread.
 */
@FunctionalInterface
public interface StatusCheck {
    /**
     * The verdict on a chain that a {@link PeerVerifier} trusts.
     *
     * @param chain the peer's certificates, its own first
     * @param staple the OCSP response (RFC 6960, DER) that came with them; null if none did
     * @return complete already where the answer is known, else within a bounded time, on any thread; never exceptionally
     */
    CompletionStage<Verdict> check(List<X509Certificate> chain, byte @Nullable [] staple);
}
