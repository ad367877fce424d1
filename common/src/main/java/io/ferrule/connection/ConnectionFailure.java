package io.ferrule.connection;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An abnormal end, told by the stage that noticed it to the one place that closes. It carries no stack trace: it tells of a
 * peer, not of a defect.
 */
public final class ConnectionFailure extends IOException {
    private final CloseReason reason;
    private final @Nullable HandshakeFailure handshakeFailure;
    private final transient List<X509Certificate> refusedChain;

    public ConnectionFailure(CloseReason reason, String detail) {
        this(reason, null, detail);
    }

    public ConnectionFailure(CloseReason reason, @Nullable HandshakeFailure handshakeFailure, String detail) {
        this(reason, handshakeFailure, detail, List.of());
    }

    /**
     * A handshake that failed for what the peer showed.
     *
     * @param refusedChain the peer's certificates, its own first; empty if it showed none
     */
    public ConnectionFailure(
            CloseReason reason,
            @Nullable HandshakeFailure handshakeFailure,
            String detail,
            List<X509Certificate> refusedChain) {
        super(detail);
        this.reason = reason;
        this.handshakeFailure = handshakeFailure;
        this.refusedChain = List.copyOf(refusedChain);
    }

    /** How the connection ends because of this. */
    public CloseReason reason() {
        return reason;
    }

    /** Why the handshake failed; null if it was not a handshake that did. */
    public @Nullable HandshakeFailure handshakeFailure() {
        return handshakeFailure;
    }

    /** What the peer showed and was refused for, its own certificate first; empty if that was not it. */
    public List<X509Certificate> refusedChain() {
        return refusedChain;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
