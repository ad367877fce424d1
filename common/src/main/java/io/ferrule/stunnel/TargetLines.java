package io.ferrule.stunnel;

import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.Leg;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What stunnel tells of the way to a target. */
final class TargetLines {
    private TargetLines() {}

    /** A session goes where it went before, if it is known where and that is still a target. */
    static void continued(ConnectionLines lines, @Nullable SocketAddress target, boolean listed) {
        if (target == null) {
            lines.add(ConnectionLines.NOTICE, "persistence: No cached address found");
        } else {
            lines.add(
                    ConnectionLines.INFO,
                    "persistence: " + SocketNames.of(target) + (listed ? " reused" : " not available"));
        }
    }

    /** An address was of no use; {@code error} is null if nothing came of it in time. */
    static void unreachable(ConnectionLines lines, SocketAddress address, @Nullable String error) {
        String name = SocketNames.of(address);
        lines.add(
                ConnectionLines.ERR,
                error == null
                        ? "s_connect: s_poll_wait " + name + ": TIMEOUTconnect exceeded"
                        : "s_connect: connect " + name + ": " + error);
    }

    /** It is there. */
    static void connected(ConnectionLines lines, ConnectionFacts facts, SocketAddress target) {
        // A Unix socket connects at once, and then it is less worth telling to stunnel.
        int level = target instanceof InetSocketAddress ? ConnectionLines.NOTICE : ConnectionLines.INFO;
        lines.add(level, "s_connect: connected " + SocketNames.of(target));
        if (!lines.service().client() && facts.tls(Leg.ACCEPT) != null) {
            lines.add(ConnectionLines.INFO, "persistence: " + SocketNames.of(target) + " cached");
        }
        SocketAddress source = facts.source();
        lines.add(
                ConnectionLines.NOTICE,
                "Service [" + lines.service().name() + "] connected remote server from "
                        + (source == null ? "unnamed socket" : SocketNames.of(source)));
    }
}
