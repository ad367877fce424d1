package io.ferrule.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The kernel does not let an option of a socket be set. The message is stunnel's, such as {@code SO_DEBUG: Permission denied (13)}. */
public final class SocketOptionException extends IOException {
    private static final long serialVersionUID = 1L;

    SocketOptionException(String option, Throwable cause) {
        super(option + ": " + Errno.told(cause), cause);
    }

    SocketOptionException(String option, Errno errno) {
        super(option + ": " + errno.told());
    }

    /** The one that is behind this, if there is one. */
    public static @Nullable SocketOptionException in(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof SocketOptionException found) {
                return found;
            }
        }
        return null;
    }
}
