package io.ferrule.stunnel;

import java.nio.file.Path;

/** What stunnel takes as an address; it splits at the last colon and needs no brackets. */
public sealed interface StunnelAddress {
    /** As it is written. */
    String text();

    /**
     * A port alone: to be accepted at on every address of this machine, IPv4 and IPv6, or connected to on localhost.
     *
     * @param port 0 to 65535
     */
    record Port(String text, int port) implements StunnelAddress {}

    /**
     * A host and a port.
     *
     * @param host a name, an IPv4 or an IPv6 address without brackets; {@code *} is written 0.0.0.0 here
     * @param port 0 to 65535
     */
    record Host(String text, String host, int port) implements StunnelAddress {}

    /** A Unix socket. */
    record Socket(String text, Path path) implements StunnelAddress {}
}
