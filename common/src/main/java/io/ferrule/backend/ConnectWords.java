package io.ferrule.backend;

import io.ferrule.net.Errno;
import io.netty.channel.ConnectTimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/** What is said of an address that could not be connected to. */
final class ConnectWords {
    private ConnectWords() {}

    /** A name that has no address. */
    static String unresolved(String host, Throwable failure) {
        Throwable why =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (why instanceof RejectedExecutionException) {
            return "too many names are being looked up";
        }
        return "the name \"" + host + "\" "
                + (why instanceof TimeoutException ? "was not resolved in time" : "has no address");
    }

    /** For a sentence to the operator. */
    static String why(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "did not answer in time";
        }
        Errno errno = Errno.of(cause);
        return errno == null ? String.valueOf(cause.getMessage()) : errno.words();
    }

    /** As the system tells it, such as {@code Connection refused (111)}. */
    static String told(Throwable cause) {
        Errno errno = Errno.of(cause);
        return errno == null ? String.valueOf(cause.getMessage()) : errno.told();
    }
}
