package io.ferrule.connection;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Decides whether a peer is who it should be. Pure: the same chain at the same time gives the same verdict. Called on event
 * loops during the handshake, and again on every connection once its handshake is done, because a resumed handshake sends
 * no certificate.
 */
@FunctionalInterface
public interface PeerVerifier {
    /**
     * Judges a chain as presented. Never throws: whatever goes wrong is a refusal.
     *
     * @param chain the peer's certificates, its own first; empty if it showed none
     */
    Verdict verify(List<X509Certificate> chain);

    /** What it asks of a peer, in plain sentences for the operator, as it would judge now; from any thread. */
    default List<String> words() {
        return List.of();
    }
}
