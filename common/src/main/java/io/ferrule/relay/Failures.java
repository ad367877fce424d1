package io.ferrule.relay;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an exception on a leg means for its connection. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** An I/O error is the peer's doing; anything else is a defect of ours, and is logged with its stack trace. */
    static ConnectionFailure of(Leg leg, Throwable cause) {
        if (cause instanceof ConnectionFailure failure) {
            return failure;
        }
        if (cause instanceof ClosedChannelException) {
            return new ConnectionFailure(CloseReason.reset(leg), "the connection is closed");
        }
        if (cause instanceof IOException) {
            String message = String.valueOf(cause.getMessage());
            return new ConnectionFailure(
                    unanswered(message) ? CloseReason.unresponsive(leg) : CloseReason.reset(leg), message);
        }
        LOG.atError().setCause(cause).addKeyValue("leg", leg.label()).log("a defect ended a connection");
        return new ConnectionFailure(CloseReason.INTERNAL_ERROR, cause.toString());
    }

    /** ETIMEDOUT and the unreachable family; every transport has only the system's words for them. */
    private static boolean unanswered(String message) {
        String words = message.toLowerCase(Locale.ROOT);
        return words.contains("timed out") || words.contains("unreachable") || words.contains("no route to host");
    }
}
