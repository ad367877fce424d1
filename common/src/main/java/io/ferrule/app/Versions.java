package io.ferrule.app;

import io.netty.handler.ssl.OpenSsl;
import io.netty.util.Version;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What libraries this process runs on. */
final class Versions {
    private static final String UNKNOWN = "of unknown version";

    private Versions() {}

    static String netty() {
        Version version = Version.identify().get("netty-common");
        return version == null ? UNKNOWN : version.artifactVersion();
    }

    /** The TLS library and its binding, or why it cannot be loaded. */
    static String tlsEngine() {
        String binding = "netty-tcnative " + tcnative();
        return OpenSsl.isAvailable()
                ? OpenSsl.versionString() + ", " + binding
                : binding + " cannot be loaded here: " + OpenSsl.unavailabilityCause();
    }

    private static String tcnative() {
        String pom = "/META-INF/maven/io.netty/netty-tcnative-classes/pom.properties";
        try (InputStream in = OpenSsl.class.getResourceAsStream(pom)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
