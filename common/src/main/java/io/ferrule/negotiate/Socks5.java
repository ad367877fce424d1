package io.ferrule.negotiate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/** Version 5 of {@link Socks} (RFC 1928), after its version byte. */
final class Socks5 {
    private static final int IPV4 = 0x01;
    private static final int NAME = 0x03;
    private static final int IPV6 = 0x04;

    private static final int SUCCEEDED = 0x00;
    private static final int FAILURE = 0x01;
    private static final int NOT_ALLOWED = 0x02;
    private static final int HOST_UNREACHABLE = 0x04;
    private static final int NOT_SUPPORTED = 0x07;

    private static final byte[] NO_V4 = new byte[4];
    private static final byte[] NO_V6 = new byte[16];

    private Socks5() {}

    static CompletionStage<Void> serve(Conversation c) {
        return method(c).thenCompose(agreed -> c.client().bytes(4)).thenCompose(request -> {
            int command = Byte.toUnsignedInt(request[1]);
            int type = Byte.toUnsignedInt(request[3]);
            if (request[0] != 5) {
                c.note(Level.ERROR, "Invalid SOCKS5 message version 0x%02x".formatted(request[0]));
                return refuse(c, FAILURE, type);
            }
            if (command == Socks.RESOLVE) {
                return resolve(c, type);
            }
            if (command != Socks.CONNECT) {
                c.note(Level.ERROR, "Unsupported SOCKS5 command 0x%02x".formatted(command));
                return refuse(c, NOT_SUPPORTED, type);
            }
            return switch (type) {
                case IPV4 -> connect(c, 4, "SOCKS5 IPv4 address received");
                case IPV6 -> connect(c, 16, "SOCKS5 IPv6 address received");
                case NAME -> connectByName(c);
                default -> {
                    c.note(Level.ERROR, "Unsupported SOCKS5 address type 0x%02x".formatted(type));
                    yield refuse(c, NOT_SUPPORTED, type);
                }
            };
        });
    }

    private static CompletionStage<Void> method(Conversation c) {
        Party client = c.client();
        return client.bytes(1).thenCompose(count -> bytes(client, count[0])).thenCompose(methods -> {
            for (byte method : methods) {
                if (method == 0) { // no authentication required
                    client.send(new byte[] {5, 0});
                    return Talk.over();
                }
            }
            client.send(new byte[] {5, (byte) 0xff});
            c.note(Level.ERROR, "No supported SOCKS5 authentication method received");
            return client.part("the client has no method that is supported");
        });
    }

    /** As many as this unsigned byte says. */
    private static CompletionStage<byte[]> bytes(Party client, byte count) {
        return count == 0 ? CompletableFuture.completedFuture(new byte[0]) : client.bytes(Byte.toUnsignedInt(count));
    }

    private static CompletionStage<Void> connect(Conversation c, int addressBytes, String note) {
        return c.client().bytes(addressBytes + 2).thenCompose(asked -> {
            ByteBuffer in = ByteBuffer.wrap(asked);
            byte[] address = new byte[addressBytes];
            in.get(address);
            short port = in.getShort();
            c.note(Level.INFO, note);
            boolean led = Socks.lead(c, List.of(Socks.inet(address)), Short.toUnsignedInt(port));
            answer(c, led ? SUCCEEDED : NOT_ALLOWED, address, port);
            return led ? Talk.over() : c.client().part("the client asked for a forbidden target");
        });
    }

    private static CompletionStage<HostAndPort> name(Party client) {
        return client.bytes(1).thenCompose(count -> bytes(client, count[0])).thenCompose(name -> client.bytes(2)
                .thenApply(port -> new HostAndPort(
                        new String(name, ISO_8859_1),
                        Short.toUnsignedInt(ByteBuffer.wrap(port).getShort()))));
    }

    private static CompletionStage<Void> connectByName(Conversation c) {
        return name(c.client()).thenCompose(to -> Resolved.of(c, to.host()).thenCompose(found -> {
            if (found.isEmpty()) {
                c.note(Level.ERROR, "SOCKS5 failed to resolve \"" + to.host() + "\"");
                return refuse(c, HOST_UNREACHABLE, NAME);
            }
            c.note(Level.INFO, "SOCKS5 resolved \"" + to.host() + "\" to " + found.size() + " host(s)");
            if (!Socks.lead(c, found, to.port())) {
                return refuse(c, NOT_ALLOWED, NAME);
            }
            answer(c, SUCCEEDED, NO_V4, (short) 0);
            return Talk.over();
        }));
    }

    private static CompletionStage<Void> resolve(Conversation c, int type) {
        return name(c.client())
                .thenCompose(asked -> Resolved.of(c, asked.host()).thenCompose(found -> {
                    if (found.isEmpty()) {
                        c.note(Level.ERROR, "SOCKS5/TOR failed to resolve \"" + asked.host() + "\"");
                        return refuse(c, HOST_UNREACHABLE, type);
                    }
                    InetAddress first = found.get(0);
                    String family = first instanceof Inet6Address ? "IPv6" : "IPv4";
                    c.note(Level.INFO, "SOCKS5/TOR resolved \"" + asked.host() + "\" to " + family);
                    answer(c, SUCCEEDED, first.getAddress(), (short) 0);
                    return c.client().part("the client asked for an address only");
                }));
    }

    /** In the form that was asked for, if that is one of an answer. */
    private static CompletionStage<Void> refuse(Conversation c, int reply, int type) {
        answer(c, reply, type == IPV6 ? NO_V6 : NO_V4, (short) 0);
        return c.client().part("the client asked for what there is not");
    }

    private static void answer(Conversation c, int reply, byte[] address, short port) {
        c.client()
                .send(ByteBuffer.allocate(6 + address.length)
                        .put((byte) 5)
                        .put((byte) reply)
                        .put((byte) 0)
                        .put((byte) (address.length == NO_V6.length ? IPV6 : IPV4))
                        .put(address)
                        .putShort(port)
                        .array());
    }
}
