package io.ferrule.app;

import io.ferrule.tls.TlsEngine;
import io.netty.util.Version;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What libraries this process runs on. */
final class Versions {
    private Versions() {}

    /** Ferrule's own, which the manifest of the jar of its main class knows; {@code dev} without a jar. */
    static String of(Class<?> main) {
        String version = main.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** Read from the jar of one class, because {@link Version#identify} opens every jar there is. */
    static String netty() {
        try (InputStream in =
                Version.class.getResourceAsStream("/META-INF/maven/io.netty/netty-common/pom.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "of unknown version");
        } catch (IOException e) {
            return "of unknown version";
        }
    }

    /** The TLS library and its binding, or why it cannot be loaded. */
    static String tlsEngine() {
        return TlsEngine.describe();
    }
}
