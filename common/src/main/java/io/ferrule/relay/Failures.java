package io.ferrule.relay;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
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
        if (cause instanceof ClosedChannelException || cause instanceof NotYetConnectedException) {
            // The second is how ENOTCONN is told: a FIN was to be sent on a connection that the peer has reset.
            return new ConnectionFailure(CloseReason.reset(leg), "the connection is gone");
        }
        if (cause instanceof IOException) {
            String message = String.valueOf(root(cause).getMessage());
            return new ConnectionFailure(
                    unanswered(message) ? CloseReason.unresponsive(leg) : CloseReason.reset(leg), message);
        }
        if (isWithoutBuffers(cause)) {
            return new ConnectionFailure(CloseReason.OUT_OF_MEMORY, String.valueOf(cause.getMessage()));
        }
        LOG.atError().setCause(cause).addKeyValue("leg", leg.label()).log("a defect ended a connection");
        return new ConnectionFailure(CloseReason.INTERNAL_ERROR, cause.toString());
    }

    /** Netty's own refusal, or the JDK's where Netty cannot count. The heap is another matter. */
    private static boolean isWithoutBuffers(Throwable cause) {
        return cause instanceof OutOfDirectMemoryError
                || (cause instanceof OutOfMemoryError
                        && String.valueOf(cause.getMessage()).contains("direct buffer memory"));
    }

    /** What the system said first: later writes only tell that the output is shut down. */
    private static Throwable root(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() instanceof IOException earlier) {
            root = earlier;
        }
        return root;
    }

    /** ETIMEDOUT and the unreachable family; every transport has only the system's words for them. */
    private static boolean unanswered(String message) {
        String words = message.toLowerCase(Locale.ROOT);
        return words.contains("timed out") || words.contains("unreachable") || words.contains("no route to host");
    }
}
