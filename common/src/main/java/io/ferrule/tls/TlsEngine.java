package io.ferrule.tls;

import io.netty.handler.ssl.OpenSsl;
import org.jspecify.annotations.Nullable;

/** The TLS engine of this process: BoringSSL, loaded from the native library of netty-tcnative. */
public final class TlsEngine {
    private TlsEngine() {}

    /**
     * Loads the engine.
     *
     * @throws TlsSetupException if there is no native library for this machine, or it cannot be loaded
     */
    static void require() throws TlsSetupException {
        @Nullable Throwable cause = OpenSsl.unavailabilityCause();
        if (cause != null) {
            throw new TlsSetupException(
                    "the TLS engine cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ": " + rootMessage(cause)
                            + ". It exists for Linux (glibc) x86-64 and aarch64, macOS and Windows x86-64, and is unpacked to "
                            + System.getProperty("java.io.tmpdir")
                            + "; if nothing can be written to or run from there, name another directory with"
                            + " -Dio.netty.native.workdir",
                    cause);
        }
    }

    /** The engine's name and version, or why there is none. */
    public static String describe() {
        @Nullable String version = OpenSsl.versionString();
        return version == null ? "no TLS engine" : version;
    }

    private static String rootMessage(Throwable cause) {
        Throwable root = cause;
        for (Throwable next = root; next != null; next = next.getCause()) {
            root = next;
        }
        return String.valueOf(root.getMessage())
                .lines()
                .findFirst()
                .orElse(root.getClass().getSimpleName());
    }
}
