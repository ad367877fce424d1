package io.ferrule.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that has ended.
 *
 * @param facts everything known of it; no longer changing
 * @param handshakeFailure why a handshake failed; null if none did
 * @param detail what happened in this case, for the log; null if the reason says it all
 * @param lifetime from accept to the decision that it ends
 */
public record ConnectionRecord(
        ConnectionFacts facts,
        CloseReason reason,
        @Nullable HandshakeFailure handshakeFailure,
        @Nullable String detail,
        Duration lifetime) {}
