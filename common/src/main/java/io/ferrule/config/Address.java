package io.ferrule.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where a leg listens or connects: a TCP host and port, a Unix socket, a socket that is there already, or a program that is started
 * for the connection.
 */
public sealed interface Address {

    /**
     * The spelling that {@link #parse} or {@link #parseListen} reads back to an equal address, unless it is an abstract socket,
     * {@link Adopted}, a {@link Program}, {@link Standard}, {@link Asked} or {@link Original}.
     */
    @Override
    String toString();

    /**
     * True if nothing but this machine can reach it: a Unix socket, {@code localhost}, 127.0.0.0/8 or ::1. Judged by the
     * spelling alone; no name is resolved.
     */
    boolean isLocal();

    /** True if a leg can wait there for connections; else its one connection is made when the process says so. */
    default boolean isPlace() {
        return true;
    }

    /** A TCP address; the host is a name, an IPv4 or an IPv6 address without brackets, and not yet resolved. */
    record Tcp(String host, int port) implements Address {
        /**
         * Checks both parts.
         *
         * @throws IllegalArgumentException for an empty host or a port outside 0 to 65535
         */
        public Tcp {
            if (host.isEmpty()) {
                throw new IllegalArgumentException("the host is empty");
            }
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
            }
        }

        @Override
        public boolean isLocal() {
            String h = host.toLowerCase(Locale.ROOT);
            return h.equals("localhost")
                    || h.endsWith(".localhost")
                    || h.matches("127(\\.\\d{1,3}){3}")
                    || h.equals("::1")
                    || h.equals("0:0:0:0:0:0:0:1");
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** A Unix socket by its path; an abstract one, which is no file, has an {@code @} before its name instead of a path. */
    record Unix(Path path) implements Address {
        /** True if it is a name in the network namespace and no file (unix(7)); {@link #parse} makes none of these. */
        public boolean isAbstract() {
            return path.toString().startsWith("@");
        }

        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** An abstract Unix socket, printed with an {@code @} before its name, as ss(8) does. Any user may connect to it. */
    static Unix abstractSocket(String name) {
        return new Unix(Path.of("@" + name));
    }

    /**
     * A listening socket that systemd opens and passes to the process by a name (systemd.socket(5), FileDescriptorName=). Where it
     * stands is known only when the process has it.
     */
    record Passed(String name) implements Address {
        private static final String PREFIX = "systemd:";

        /**
         * Checks the name.
         *
         * @throws IllegalArgumentException for one that systemd would not take
         */
        public Passed {
            if (!name.matches("[!-9;-~]{1,255}")) { // printable ASCII without space and colon
                throw new IllegalArgumentException("\"" + PREFIX + name
                        + "\" names no socket: write systemd:NAME with the FileDescriptorName= of a socket unit");
            }
        }

        /** True: a plaintext leg is refused later if the socket turns out to be reachable from elsewhere. */
        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public String toString() {
            return PREFIX + name;
        }
    }

    /**
     * A {@link Passed} socket that was found and looked at.
     *
     * @param descriptor its file descriptor in this process
     * @param bound where it really stands
     */
    record Adopted(int descriptor, Address bound) implements Address {
        @Override
        public boolean isLocal() {
            return bound.isLocal();
        }

        @Override
        public String toString() {
            return bound.toString();
        }
    }

    /**
     * A program, started anew for each connection, whose standard input and output are the other end of it. Only stunnel's
     * configuration says such a thing.
     *
     * @param command its file and its arguments; not empty
     * @param environment what it gets besides this process's own
     * @param ownErrors true if its standard error is that of this process; else that goes the way of its output
     */
    record Program(List<String> command, Map<String, String> environment, boolean ownErrors) implements Address {
        /**
         * Checks that there is a program.
         *
         * @throws IllegalArgumentException without one
         */
        public Program {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
            if (command.isEmpty()) {
                throw new IllegalArgumentException("a program is needed");
            }
        }

        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public boolean isPlace() {
            return false;
        }

        /** Without its arguments and its environment, which may hold secrets. */
        @Override
        public String toString() {
            return "exec:" + command.get(0);
        }
    }

    /** The standard input and output of this process, which is there for that one connection: stunnel's inetd mode. */
    record Standard() implements Address {
        /** True: whoever started the process has decided who may reach it. */
        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public boolean isPlace() {
            return false;
        }

        @Override
        public String toString() {
            return "standard input and output";
        }
    }

    /** Wherever each client asks to be led, by what it says around TLS; see {@link Negotiation}. */
    record Asked() implements Address {
        @Override
        public boolean isLocal() {
            return false;
        }

        @Override
        public boolean isPlace() {
            return false;
        }

        @Override
        public String toString() {
            return "wherever a client asks";
        }
    }

    /**
     * Wherever each client wanted to go before the packet filter of this machine led it to the tunnel (iptables-extensions(8),
     * REDIRECT and DNAT). Only stunnel's configuration says such a thing.
     */
    record Original() implements Address {
        @Override
        public boolean isLocal() {
            return false;
        }

        @Override
        public boolean isPlace() {
            return false;
        }

        @Override
        public String toString() {
            return "where a client wanted to go before it was redirected";
        }
    }

    /**
     * Reads what {@link #parse} reads, and {@code systemd:NAME}.
     *
     * @throws IllegalArgumentException as that does
     */
    static Address parseListen(String text, String defaultHost) {
        String t = text.strip();
        return t.startsWith(Passed.PREFIX) ? new Passed(t.substring(Passed.PREFIX.length())) : parse(text, defaultHost);
    }

    /**
     * Reads {@code host:port}, {@code [v6]:port}, {@code port} or {@code unix:/path}.
     *
     * @param defaultHost the host of an address given as a port alone
     * @throws IllegalArgumentException with a sentence for the operator if the text is none of these
     */
    static Address parse(String text, String defaultHost) {
        String t = text.strip();
        if (t.startsWith("unix:")) {
            return unix(t.substring("unix:".length()));
        }
        if (t.startsWith("[")) {
            int end = t.indexOf("]:");
            if (end < 0 || !isV6(t.substring(1, end))) {
                throw notAnAddress(text);
            }
            return new Tcp(t.substring(1, end), port(t.substring(end + 2), text));
        }
        if (t.contains("://")) {
            throw notAnAddress(text); // a URL, whose colons must not be taken for those of IPv6
        }
        int colon = t.lastIndexOf(':');
        if (colon < 0) {
            return new Tcp(defaultHost, port(t, text));
        }
        if (t.indexOf(':') != colon) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is ambiguous: write an IPv6 address as [address]:port");
        }
        if (!isHost(t.substring(0, colon))) {
            throw notAnAddress(text);
        }
        return new Tcp(t.substring(0, colon), port(t.substring(colon + 1), text));
    }

    /** What host names, also international ones and those of containers, and IPv4 addresses are made of. */
    private static boolean isHost(String host) {
        return host.matches("[\\p{L}\\p{N}._-]*");
    }

    /** An IPv6 address, with a zone perhaps (RFC 4007 §11). */
    private static boolean isV6(String host) {
        return host.matches("[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(%[\\w.-]+)?");
    }

    private static Address unix(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("\"unix:" + path + "\" needs an absolute path: unix:/path/to/socket");
        }
        if (path.endsWith("/")) {
            throw new IllegalArgumentException("\"unix:" + path + "\" is a directory: write unix:/path/to/socket");
        }
        // sun_path holds 108 bytes and ends with a zero (unix(7)).
        if (path.getBytes(StandardCharsets.UTF_8).length > 107) {
            throw new IllegalArgumentException("the socket path " + path + " is longer than 107 bytes");
        }
        return new Unix(Path.of(path));
    }

    private static int port(String digits, String text) {
        if (!digits.matches("\\d{1,9}")) {
            throw notAnAddress(text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not an address: write host:port, [v6]:port, port or unix:/path");
    }
}
