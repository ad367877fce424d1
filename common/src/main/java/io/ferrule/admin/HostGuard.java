package io.ferrule.admin;

import io.ferrule.config.Address;
import io.netty.util.NetUtil;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a web page brought here. A page can make a browser on this machine ask for a name of its own that
 * resolves to 127.0.0.1 (DNS rebinding); the Host header gives it away, because the browser takes it from the name.
 */
final class HostGuard {
    private final Address listen;

    HostGuard(Address listen) {
        this.listen = listen;
    }

    /**
     * True unless the endpoint listens on loopback and {@code host} is a name that is neither localhost nor the one listened
     * on.
     *
     * @param host the Host header; null without, which no browser does
     */
    boolean allows(@Nullable String host) {
        if (host == null || !(listen instanceof Address.Tcp tcp) || !tcp.isLocal()) {
            return true;
        }
        String name = withoutPort(host.strip()).toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals(tcp.host().toLowerCase(Locale.ROOT))
                || NetUtil.isValidIpV4Address(name)
                || NetUtil.isValidIpV6Address(name);
    }

    private static String withoutPort(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.lastIndexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
