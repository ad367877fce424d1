package io.ferrule.negotiate;

import org.jspecify.annotations.Nullable;

/** Where a peer wants to go. */
record HostAndPort(String host, int port) {
    /** Null if it is none. An IPv6 address may have brackets or not; the port is a number. */
    static @Nullable HostAndPort of(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            return null;
        }
        String host = text.substring(0, colon);
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        String bare = brackets ? host.substring(1, host.length() - 1) : host;
        // A path would be a Unix socket of this machine to stunnel.
        return bare.isEmpty() || bare.indexOf('/') >= 0 ? null : new HostAndPort(bare, Integer.parseInt(port));
    }
}
