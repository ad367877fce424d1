package io.ferrule.stunnel;

import java.util.List;
import java.util.Optional;

/**
 * A socket option that stunnel can set.
 *
 * @param name case matters
 * @param standard what the kernel has without it, as {@code stunnel -sockets} tells
 * @param fate what becomes of it here, on every side
 */
record SocketOption(String name, Type type, String standard, Fate fate) {
    private static final Fate TAKES_ITS_OWN = Fate.notice("Ferrule sets this on its sockets as it needs it");
    private static final Fate NOT_DONE = Fate.refused("Ferrule cannot set this option on a socket yet");

    /** All of them, in the order of {@code stunnel -sockets}. */
    static final List<SocketOption> ALL = List.of(
            new SocketOption("SO_DEBUG", Type.FLAG, "no", TAKES_ITS_OWN),
            new SocketOption("SO_DONTROUTE", Type.FLAG, "no", NOT_DONE),
            new SocketOption("SO_KEEPALIVE", Type.FLAG, "no", TAKES_ITS_OWN),
            new SocketOption("SO_LINGER", Type.LINGER, "0:0", TAKES_ITS_OWN),
            new SocketOption("SO_OOBINLINE", Type.FLAG, "no", TAKES_ITS_OWN),
            new SocketOption("SO_RCVBUF", Type.NUMBER, "131072", TAKES_ITS_OWN),
            new SocketOption("SO_SNDBUF", Type.NUMBER, "16384", TAKES_ITS_OWN),
            new SocketOption("SO_RCVLOWAT", Type.NUMBER, "1", TAKES_ITS_OWN),
            new SocketOption("SO_SNDLOWAT", Type.NUMBER, "1", TAKES_ITS_OWN),
            new SocketOption("SO_RCVTIMEO", Type.TIME, "0:0", TAKES_ITS_OWN),
            new SocketOption("SO_SNDTIMEO", Type.TIME, "0:0", TAKES_ITS_OWN),
            new SocketOption("SO_REUSEADDR", Type.FLAG, "no", TAKES_ITS_OWN),
            new SocketOption("SO_BINDTODEVICE", Type.TEXT, "", NOT_DONE),
            new SocketOption("TCP_KEEPCNT", Type.NUMBER, "9", TAKES_ITS_OWN),
            new SocketOption("TCP_KEEPIDLE", Type.NUMBER, "7200", TAKES_ITS_OWN),
            new SocketOption("TCP_KEEPINTVL", Type.NUMBER, "75", TAKES_ITS_OWN),
            new SocketOption("IP_TOS", Type.NUMBER, "0", NOT_DONE),
            new SocketOption("IP_TTL", Type.NUMBER, "64", NOT_DONE),
            new SocketOption("TCP_NODELAY", Type.FLAG, "no", TAKES_ITS_OWN),
            new SocketOption("IP_FREEBIND", Type.FLAG, "no", NOT_DONE),
            new SocketOption("IPV6_V6ONLY", Type.FLAG, "no", NOT_DONE));

    // IFNAMSIZ with the zero at its end (net/if.h).
    private static final int LONGEST_DEVICE = 15;

    /** How a value is written. */
    enum Type {
        FLAG("(?i:yes|no)|[01]"),
        NUMBER("([+-]?[0-9]+)?"),
        LINGER("[+-]?[0-9]+(:[+-]?[0-9]+)?"),
        TIME("[+-]?[0-9]+(:[+-]?[0-9]+)?"),
        TEXT(".{1," + LONGEST_DEVICE + "}");

        private final String form;

        Type(String form) {
            this.form = form;
        }
    }

    /**
     * A value of {@code socket}.
     *
     * @param side {@code a} for accept, {@code l} for local, {@code r} for remote
     */
    record Setting(char side, SocketOption option, String value) {}

    /** Reads {@code a|l|r:NAME=VALUE}; empty for anything else. */
    static Optional<Setting> parse(String text) {
        int equals = text.indexOf('=');
        if (!text.matches("[alr]:.*") || equals < 0) {
            return Optional.empty();
        }
        String name = text.substring(2, equals);
        String value = text.substring(equals + 1);
        return ALL.stream()
                .filter(o -> o.name.equals(name) && value.matches(o.type.form))
                .findFirst()
                .map(o -> new Setting(text.charAt(0), o, value));
    }

    /** What becomes of a value of {@code socket}. */
    static Fate fate(String text) {
        return parse(text)
                .map(s -> {
                    boolean standard = s.value.matches("(?i:yes)|1")
                            && !s.option.standardOn(s.side).equals("--");
                    return standard ? Fate.HONOURED : s.option.fate;
                })
                .orElse(Fate.HONOURED); // the reader refuses what is no setting
    }

    /** What stunnel itself sets; {@code --} for nothing. */
    String standardOn(char side) {
        boolean set = side == 'a' ? name.equals("SO_REUSEADDR") : name.equals("TCP_NODELAY");
        return set ? "yes" : "--";
    }
}
