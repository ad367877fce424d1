package io.ferrule.negotiate;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/**
 * The client of SOCKS 5 (RFC 1928) inside TLS, without authentication: the server is asked to connect to where the application wanted to
 * go before it was redirected here. As with stunnel every end but that of a peer that falls silent is a clean one.
 */
final class SocksClient implements Talk {
    private static final byte VERSION = 5;
    private static final byte NO_AUTHENTICATION = 0;
    private static final byte CONNECT = 1;
    private static final byte IPV4 = 1;
    private static final byte NAME = 3;
    private static final byte IPV6 = 4;
    private static final int IPV6_BYTES = 16;

    @Override
    public CompletionStage<?> insideTls(Conversation c) {
        Party server = c.target();
        server.send(new byte[] {VERSION, 1, NO_AUTHENTICATION});
        return server.bytes(2).thenCompose(answer -> {
            if (answer[0] != VERSION) {
                return refused(c, version(answer[0]));
            }
            return answer[1] == NO_AUTHENTICATION
                    ? request(c)
                    : refused(c, "No supported SOCKS5 authentication method received");
        });
    }

    private static CompletionStage<Void> request(Conversation c) {
        InetSocketAddress wanted;
        try {
            wanted = c.originalDestination();
        } catch (IOException nobodyKnows) {
            return refused(c, String.valueOf(nobodyKnows.getMessage()));
        }
        byte[] address = wanted.getAddress().getAddress();
        boolean six = address.length == IPV6_BYTES;
        c.note(Level.INFO, "Sending SOCKS5 " + (six ? "IPv6" : "IPv4") + " address");
        c.target()
                .send(ByteBuffer.allocate(6 + address.length)
                        .put(new byte[] {VERSION, CONNECT, 0, six ? IPV6 : IPV4})
                        .put(address)
                        .putShort((short) wanted.getPort())
                        .array());
        return reply(c);
    }

    private static CompletionStage<Void> reply(Conversation c) {
        Party server = c.target();
        return server.bytes(4).thenCompose(reply -> {
            if (reply[0] != VERSION) {
                return refused(c, version(reply[0]));
            }
            return skipAddress(c, reply[3]).thenCompose(skipped -> {
                if (reply[1] != 0) {
                    return refused(c, "SOCKS5 request failed: " + why(Byte.toUnsignedInt(reply[1])));
                }
                c.note(Level.INFO, "SOCKS5 request succeeded");
                return Talk.over();
            });
        });
    }

    /** Where the server has connected from, which nobody asks for; a name too, which stunnel takes for an address. */
    private static CompletionStage<?> skipAddress(Conversation c, byte type) {
        Party server = c.target();
        return switch (type) {
            case IPV4 -> server.bytes(4 + 2);
            case IPV6 -> server.bytes(IPV6_BYTES + 2);
            case NAME -> server.bytes(1).thenCompose(length -> server.bytes(Byte.toUnsignedInt(length[0]) + 2));
            default -> refused(c, "Unsupported SOCKS5 address type 0x%02x".formatted(type));
        };
    }

    private static String version(byte found) {
        return "Invalid SOCKS5 message version 0x%02x".formatted(found);
    }

    /** RFC 1928 §6. */
    private static String why(int reply) {
        return switch (reply) {
            case 1 -> "General SOCKS server failure";
            case 2 -> "Connection not allowed by ruleset";
            case 3 -> "Network unreachable";
            case 4 -> "Host unreachable";
            case 5 -> "Connection refused";
            case 6 -> "TTL expired";
            case 7 -> "Command not supported";
            case 8 -> "Address type not supported";
            default -> "Unknown error 0x%02x".formatted(reply);
        };
    }

    private static CompletionStage<Void> refused(Conversation c, String why) {
        c.note(Level.ERROR, why);
        return c.target().part(why);
    }
}
