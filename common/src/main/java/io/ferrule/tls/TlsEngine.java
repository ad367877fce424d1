package io.ferrule.tls;

import io.netty.internal.tcnative.Library;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.util.internal.NativeLibraryLoader;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The TLS engine of this process: BoringSSL, loaded from the native library of netty-tcnative. Netty's own {@code OpenSsl}
 * would load it too, but then tries out ciphers, key managers and certificates that nobody asks for here, which took a tenth
 * of a start.
 */
public final class TlsEngine {
    private static final String LIBRARY = "netty_tcnative";

    @SuppressWarnings("StaticAssignmentOfThrowable") // the cause of every refusal that follows
    private static final @Nullable Throwable OBSTACLE = load();

    private TlsEngine() {}

    /**
     * Loads the engine.
     *
     * @throws TlsSetupException if there is no native library for this machine, or it cannot be loaded
     */
    static void require() throws TlsSetupException {
        if (OBSTACLE != null) {
            throw new TlsSetupException(
                    "the TLS engine cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ": " + rootMessage(OBSTACLE)
                            + ". It exists for Linux (glibc) x86-64 and aarch64, macOS and Windows x86-64, and is unpacked to "
                            + System.getProperty("java.io.tmpdir")
                            + "; if nothing can be written to or run from there, name another directory with"
                            + " -Dio.netty.native.workdir",
                    OBSTACLE);
        }
    }

    /** The engine's name with the version of its binding, and why it cannot be loaded if it cannot. */
    public static String describe() {
        String binding = "netty-tcnative " + bindingVersion();
        return OBSTACLE == null
                ? SSL.versionString() + ", " + binding
                : binding + " cannot be loaded here: " + rootMessage(OBSTACLE);
    }

    private static @Nullable Throwable load() {
        try {
            // Finds it unpacked on java.library.path, or unpacks it from its jar.
            NativeLibraryLoader.loadFirstAvailable(
                    PlatformDependent.getClassLoader(SSLContext.class), names().toArray(String[]::new));
            Library.initialize("provided", null);
            return null;
        } catch (Exception | LinkageError e) {
            return e;
        }
    }

    /** The most special first, as in {@code OpenSsl.loadTcNative} of Netty. */
    private static List<String> names() {
        String platform = LIBRARY + "_" + PlatformDependent.normalizedOs() + "_" + PlatformDependent.normalizedArch();
        List<String> names = new ArrayList<>();
        if ("linux".equals(PlatformDependent.normalizedOs())) {
            PlatformDependent.normalizedLinuxClassifiers()
                    .forEach(classifier -> names.add(platform + "_" + classifier));
        }
        names.add(platform);
        names.add(LIBRARY + "_" + PlatformDependent.normalizedArch());
        names.add(LIBRARY);
        return names;
    }

    private static String bindingVersion() {
        String pom = "/META-INF/maven/io.netty/netty-tcnative-classes/pom.properties";
        try (InputStream in = SSLContext.class.getResourceAsStream(pom)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "of unknown version");
        } catch (IOException e) {
            return "of unknown version";
        }
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
