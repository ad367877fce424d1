package io.ferrule.connection;

import org.jspecify.annotations.Nullable;

/**
 * All that is asked of a peer of one leg.
 *
 * @param verifier judges the chain shown
 * @param required false if a peer that shows none is let in too, without being judged
 * @param status asked once {@code verifier} trusts a chain; null if nothing more is asked
 */
public record PeerCheck(PeerVerifier verifier, boolean required, @Nullable StatusCheck status) {
    /** A certificate is needed, and the verifier alone judges it. */
    public static PeerCheck by(PeerVerifier verifier) {
        return new PeerCheck(verifier, true, null);
    }
}
