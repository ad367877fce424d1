package io.ferrule.connection;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An abnormal end, told by the stage that noticed it to the one place that closes. It carries no stack trace: it tells of a
 * peer, not of a defect.
 */
public final class ConnectionFailure extends IOException {
    private final CloseReason reason;
    private final @Nullable HandshakeFailure handshakeFailure;

    public ConnectionFailure(CloseReason reason, String detail) {
        this(reason, null, detail);
    }

    public ConnectionFailure(CloseReason reason, @Nullable HandshakeFailure handshakeFailure, String detail) {
        super(detail);
        this.reason = reason;
        this.handshakeFailure = handshakeFailure;
    }

    /** How the connection ends because of this. */
    public CloseReason reason() {
        return reason;
    }

    /** Why the handshake failed; null if it was not a handshake that did. */
    public @Nullable HandshakeFailure handshakeFailure() {
        return handshakeFailure;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
