package io.ferrule.observe;

import io.netty.util.Version;

/**
 * What is running.
 *
 * @param version Ferrule's own
 * @param tls the TLS engine and its version
 * @param transport how the kernel's sockets are reached, such as {@code epoll}
 */
public record Build(String version, String java, String netty, String tls, String transport) {
    /** With the versions of Java and Netty that this process runs on. */
    public static Build running(String version, String tls, String transport) {
        Version netty = Version.identify().get("netty-common");
        return new Build(
                version,
                Runtime.version().toString(),
                netty == null ? "unknown" : netty.artifactVersion(),
                tls,
                transport);
    }
}
