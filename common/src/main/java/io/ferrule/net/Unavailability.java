package io.ferrule.net;

import java.io.FileNotFoundException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** Says why a native transport could not be loaded, in words of an operator rather than of a class loader. */
final class Unavailability {
    private Unavailability() {}

    static String sentence(Throwable obstacle) {
        Throwable root = rootOf(obstacle);
        String message = firstLine(root.getMessage());
        if (message == null) {
            return root.getClass().getSimpleName();
        }
        if (root instanceof FileSystemException) {
            return "its native library cannot be unpacked to " + System.getProperty("java.io.tmpdir")
                    + "; name another directory with -Dio.netty.native.workdir";
        }
        if (message.contains("noNative")) {
            return "native transports are switched off by -Dio.netty.transport.noNative=true";
        }
        if (root instanceof FileNotFoundException || message.contains("java.library.path")) {
            return "its native library is not there for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch");
        }
        return message;
    }

    private static Throwable rootOf(Throwable obstacle) {
        Throwable root = obstacle;
        for (Throwable cause = root.getCause(); cause != null && cause != root; cause = root.getCause()) {
            root = cause;
        }
        return root;
    }

    private static @Nullable String firstLine(@Nullable String message) {
        return message == null
                ? null
                : message.lines().findFirst().map(String::strip).orElse(null);
    }
}
