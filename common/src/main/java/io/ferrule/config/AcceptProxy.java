package io.ferrule.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/**
 * Whose connections have to begin with a PROXY header, which is then believed: those of a balancer in front. Who is not among them
 * speaks for itself, and its first bytes are no header.
 *
 * @param anyone everybody who reaches the port
 * @param from otherwise these; mostly empty
 */
public record AcceptProxy(boolean anyone, List<Network> from) {
    /** No header is awaited, and none is believed. */
    public static final AcceptProxy NOBODY = new AcceptProxy(false, List.of());

    /** Everybody who reaches the port has to send one. */
    public static final AcceptProxy ANYONE = new AcceptProxy(true, List.of());

    private static final String OFF = "off";
    private static final String ALL = "anyone";

    public AcceptProxy {
        from = List.copyOf(from);
        if (anyone && !from.isEmpty()) {
            throw new IllegalArgumentException("\"anyone\" needs no addresses besides");
        }
    }

    /**
     * Reads {@code off}, {@code anyone}, or addresses and networks; nothing is {@link #NOBODY}.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static AcceptProxy parse(List<String> values) {
        if (values.contains(OFF) || values.contains(ALL)) {
            if (values.size() > 1) {
                throw new IllegalArgumentException("\"off\" and \"anyone\" stand alone, without addresses");
            }
            return values.contains(OFF) ? NOBODY : ANYONE;
        }
        return new AcceptProxy(false, values.stream().map(AcceptProxy::network).toList());
    }

    /**
     * One of the values, checked.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static String word(String text) {
        String word = text.strip();
        return word.equals(OFF) || word.equals(ALL) ? word : network(word).toString();
    }

    private static Network network(String text) {
        try {
            return Network.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not off, anyone, an IP address, or a network such as 10.0.0.0/8", e);
        }
    }

    /** Whether a connection from there has to begin with a header. */
    public boolean isAwaitedFrom(SocketAddress peer) {
        if (anyone || from.isEmpty()) {
            return anyone;
        }
        InetAddress ip = peer instanceof InetSocketAddress inet ? inet.getAddress() : null;
        return ip != null && from.stream().anyMatch(network -> network.contains(ip));
    }

    /** How it is written, a value each; never empty. */
    public List<String> values() {
        return anyone
                ? List.of(ALL)
                : from.isEmpty()
                        ? List.of(OFF)
                        : from.stream().map(Network::toString).toList();
    }
}
