package io.ferrule.proxyprotocol;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a PROXY header says of a connection (HAProxy's proxy-protocol.txt, 2020/03/05).
 *
 * @param source who connected to the balancer; null if the header does not tell, so that the connection is the sender's own
 * @param destination what it connected to there; null like {@code source}
 */
public record ProxyHeader(@Nullable SocketAddress source, @Nullable SocketAddress destination) {
    /** Tells nothing: the sender speaks for itself, as with a health check, or cannot name whom it speaks for. */
    public static final ProxyHeader NOTHING = new ProxyHeader(null, null);
}
