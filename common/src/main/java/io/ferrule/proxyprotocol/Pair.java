package io.ferrule.proxyprotocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Two IP addresses of one family, as both versions write them, and their ports. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pair(byte[] source, byte[] destination, int sourcePort, int destinationPort) {
    private static final int V4_BYTES = 4;
    private static final int V6_BYTES = 16;

    /** Null if the header does not tell both, or not of IP. */
    static @Nullable Pair of(ProxyHeader header) {
        byte @Nullable [] source = bytes(header.source());
        byte @Nullable [] destination = bytes(header.destination());
        if (source == null || destination == null) {
            return null;
        }
        boolean v4 = source.length == V4_BYTES && destination.length == V4_BYTES;
        return new Pair(
                v4 ? source : mapped(source),
                v4 ? destination : mapped(destination),
                port(header.source()),
                port(header.destination()));
    }

    boolean isV4() {
        return source.length == V4_BYTES;
    }

    /** An IPv4 address in its short form: a listener for both families shows it as one of IPv6 (RFC 4291 §2.5.5.2). */
    private static byte @Nullable [] bytes(@Nullable SocketAddress address) {
        InetAddress ip = address instanceof InetSocketAddress inet ? inet.getAddress() : null;
        if (ip == null) {
            return null;
        }
        byte[] bytes = ip.getAddress();
        return bytes.length == V6_BYTES && Arrays.equals(bytes, mapped(Arrays.copyOfRange(bytes, 12, 16)))
                ? Arrays.copyOfRange(bytes, 12, 16)
                : bytes;
    }

    private static byte[] mapped(byte[] address) {
        if (address.length == V6_BYTES) {
            return address;
        }
        byte[] v6 = new byte[V6_BYTES];
        v6[10] = (byte) 0xff;
        v6[11] = (byte) 0xff;
        System.arraycopy(address, 0, v6, 12, V4_BYTES);
        return v6;
    }

    private static int port(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }
}
