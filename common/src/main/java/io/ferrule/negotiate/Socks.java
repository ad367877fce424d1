package io.ferrule.negotiate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ferrule.config.Address;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/**
 * SOCKS inside TLS: a client says where its connection is to go. Version 4 (with the host names of 4a), version 5 (RFC 1928) without
 * authentication, and in both Tor's command that only resolves (socks-extensions.txt §1). As with stunnel the answer does not wait for
 * the connection, and nothing leads back to this machine; what stands for this machine in another form (0.0.0.0, an IPv4 address
 * within IPv6) does not either, which stunnel lets through.
 */
final class Socks implements Talk {
    static final int CONNECT = 0x01;
    static final int RESOLVE = 0xf0;

    /** Of a name in version 4, which has no length of its own. */
    private static final int MOST_NAME_BYTES = 255;

    @Override
    public CompletionStage<?> insideTls(Conversation c) {
        c.note(Level.DEBUG, "Waiting for the SOCKS request");
        return c.client().bytes(1).thenCompose(version -> serve(c, version[0]));
    }

    private static CompletionStage<Void> serve(Conversation c, byte version) {
        return switch (version) {
            case 4 -> version4(c);
            case 5 -> Socks5.serve(c);
            default -> c.client().fail("Unsupported SOCKS version 0x%02x".formatted(version));
        };
    }

    private static CompletionStage<Void> version4(Conversation c) {
        return c.client().bytes(7).thenCompose(request -> name(c.client(), new ByteArrayOutputStream())
                .thenCompose(user -> version4(c, request)));
    }

    private static CompletionStage<Void> version4(Conversation c, byte[] request) {
        ByteBuffer in = ByteBuffer.wrap(request);
        int command = Byte.toUnsignedInt(in.get());
        int port = Short.toUnsignedInt(in.getShort());
        int address = in.getInt();
        return switch (command) {
            case CONNECT -> connect4(c, port, address);
            case RESOLVE -> resolve4(c, port, address);
            default -> {
                c.note(Level.ERROR, "Unsupported SOCKS4/SOCKS4a command 0x%02x".formatted(command));
                yield answer4(c, false, port, address, "an unsupported command");
            }
        };
    }

    private static CompletionStage<Void> connect4(Conversation c, int port, int address) {
        boolean named = address != 0 && address >>> 8 == 0; // 0.0.0.x
        if (!named) {
            c.note(Level.INFO, "SOCKS4 address received");
            return answer4(c, lead(c, List.of(inet(address)), port), port, address, "a forbidden target");
        }
        return name(c.client(), new ByteArrayOutputStream())
                .thenCompose(host -> Resolved.of(c, host).thenCompose(found -> {
                    if (found.isEmpty()) {
                        c.note(Level.ERROR, "SOCKS4a failed to resolve \"" + host + "\"");
                        return answer4(c, false, port, address, "an unknown name");
                    }
                    c.note(Level.INFO, "SOCKS4a resolved \"" + host + "\" to " + found.size() + " host(s)");
                    return answer4(c, lead(c, found, port), port, address, "a forbidden target");
                }));
    }

    private static CompletionStage<Void> resolve4(Conversation c, int port, int address) {
        return name(c.client(), new ByteArrayOutputStream())
                .thenCompose(host -> Resolved.of(c, host).thenCompose(found -> {
                    Optional<InetAddress> first = found.stream().findFirst().filter(Inet4Address.class::isInstance);
                    if (first.isEmpty()) {
                        c.note(Level.ERROR, "SOCKS4a/TOR failed to resolve \"" + host + "\"");
                        return answer4(c, false, port, address, "an unknown name");
                    }
                    c.note(Level.INFO, "SOCKS4a/TOR resolved \"" + host + "\"");
                    int answer = ByteBuffer.wrap(first.get().getAddress()).getInt();
                    send4(c, true, port, answer);
                    return c.client().part("the client asked for an address only");
                }));
    }

    private static CompletionStage<Void> answer4(Conversation c, boolean granted, int port, int address, String why) {
        send4(c, granted, port, address);
        return granted ? Talk.over() : c.client().part("the client asked for " + why);
    }

    private static void send4(Conversation c, boolean granted, int port, int address) {
        c.client()
                .send(ByteBuffer.allocate(8)
                        .put((byte) 0)
                        .put((byte) (granted ? 90 : 91))
                        .putShort((short) port)
                        .putInt(address)
                        .array());
    }

    /** Up to a zero. */
    private static CompletionStage<String> name(Party client, ByteArrayOutputStream read) {
        return client.bytes(1).thenCompose(next -> {
            if (next[0] == 0) {
                return CompletableFuture.completedFuture(read.toString(ISO_8859_1));
            }
            if (read.size() == MOST_NAME_BYTES) {
                return client.fail("the SOCKS4 request holds a name of more than " + MOST_NAME_BYTES + " bytes");
            }
            read.write(next[0]);
            return name(client, read);
        });
    }

    /** Has the connection go there, unless that is this machine; then false. */
    static boolean lead(Conversation c, List<InetAddress> found, int port) {
        for (InetAddress ip : found) {
            if (ip.isLoopbackAddress() || ip.isAnyLocalAddress()) {
                c.note(
                        Level.ERROR,
                        "SOCKS connection to the " + (ip instanceof Inet6Address ? "IPv6" : "IPv4")
                                + " loopback rejected");
                return false;
            }
        }
        c.connectTo(found.stream()
                .map(ip -> (Address) new Address.Tcp(ip.getHostAddress(), port))
                .toList());
        return true;
    }

    private static InetAddress inet(int address) {
        return inet(ByteBuffer.allocate(4).putInt(address).array());
    }

    /** Of 4 or 16 bytes. */
    static InetAddress inet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("it has the length of an address", e);
        }
    }
}
