package io.ferrule.admission;

import io.ferrule.connection.HandshakeFailure;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** One way to know a peer. Pure and fast; what it throws is a refusal by this way. */
interface PeerRule {
    /**
     * Why this way does not let the peer in; empty if it does.
     *
     * @param chain the peer's certificates, its own first; not empty
     */
    Optional<Doubt> judge(List<X509Certificate> chain);

    /** How it is named where several ways are told, such as "by its key". */
    String name();

    /** What it asks, in plain sentences for the operator. */
    List<String> words();

    /**
     * Why a peer is not let in.
     *
     * @param why without what was presented, which is told once for all ways
     * @param advice what to do about it, where that is worth a line of its own; or empty
     */
    record Doubt(HandshakeFailure failure, String why, String advice) {
        Doubt(HandshakeFailure failure, String why) {
            this(failure, why, "");
        }
    }
}
