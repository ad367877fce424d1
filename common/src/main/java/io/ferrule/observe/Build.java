package io.ferrule.observe;

/**
 * What is running.
 *
 * @param version Ferrule's own
 * @param tls the TLS engine and its version
 * @param transport how the kernel's sockets are reached, such as {@code epoll}
 */
public record Build(String version, String java, String netty, String tls, String transport) {
    /** With the version of Java that this process runs on. */
    public static Build running(String version, String netty, String tls, String transport) {
        return new Build(version, Runtime.version().toString(), netty, tls, transport);
    }
}
