package io.ferrule.negotiate;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tells a plaintext target whose connection it is (HAProxy's proxy-protocol.txt, version 1). */
final class Proxy implements Talk {
    @Override
    public CompletionStage<?> beforeRelay(Conversation c) {
        c.target().send(line(c.client().remoteAddress(), c.client().localAddress()));
        return Talk.over();
    }

    /** The addresses of a Unix socket are not told: they would break the line's form. */
    private static String line(SocketAddress client, SocketAddress own) {
        InetAddress from = ip(client);
        InetAddress to = ip(own);
        if (from == null || to == null) {
            return "PROXY UNKNOWN";
        }
        boolean v4 = from instanceof Inet4Address && to instanceof Inet4Address;
        return "PROXY " + (v4 ? "TCP4 " : "TCP6 ") + NetUtil.toAddressString(from, !v4) + ' '
                + NetUtil.toAddressString(to, !v4) + ' ' + ((InetSocketAddress) client).getPort() + ' '
                + ((InetSocketAddress) own).getPort();
    }

    private static @Nullable InetAddress ip(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getAddress() : null;
    }
}
