package io.ferrule.stunnel;

import io.ferrule.config.SocketSetting;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A socket option that stunnel can set.
 *
 * @param name case matters
 * @param standard what the kernel has without it, as {@code stunnel -sockets} tells
 */
record SocketOption(String name, Type type, String standard) {
    /** All of them, in the order of {@code stunnel -sockets}. */
    static final List<SocketOption> ALL = List.of(
            new SocketOption("SO_DEBUG", Type.FLAG, "no"),
            new SocketOption("SO_DONTROUTE", Type.FLAG, "no"),
            new SocketOption("SO_KEEPALIVE", Type.FLAG, "no"),
            new SocketOption("SO_LINGER", Type.LINGER, "0:0"),
            new SocketOption("SO_OOBINLINE", Type.FLAG, "no"),
            new SocketOption("SO_RCVBUF", Type.NUMBER, "131072"),
            new SocketOption("SO_SNDBUF", Type.NUMBER, "16384"),
            new SocketOption("SO_RCVLOWAT", Type.NUMBER, "1"),
            new SocketOption("SO_SNDLOWAT", Type.NUMBER, "1"),
            new SocketOption("SO_RCVTIMEO", Type.TIME, "0:0"),
            new SocketOption("SO_SNDTIMEO", Type.TIME, "0:0"),
            new SocketOption("SO_REUSEADDR", Type.FLAG, "no"),
            new SocketOption("SO_BINDTODEVICE", Type.TEXT, ""),
            new SocketOption("TCP_KEEPCNT", Type.NUMBER, "9"),
            new SocketOption("TCP_KEEPIDLE", Type.NUMBER, "7200"),
            new SocketOption("TCP_KEEPINTVL", Type.NUMBER, "75"),
            new SocketOption("IP_TOS", Type.NUMBER, "0"),
            new SocketOption("IP_TTL", Type.NUMBER, "64"),
            new SocketOption("TCP_NODELAY", Type.FLAG, "no"),
            new SocketOption("IP_FREEBIND", Type.FLAG, "no"),
            new SocketOption("IPV6_V6ONLY", Type.FLAG, "no"));

    /** What stunnel 5.75 has besides. */
    private static final List<SocketOption> NEWER = List.of(new SocketOption("TCP_MAXSEG", Type.NUMBER, "536"));

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

        /** A value of this form, as strtol(3) has its numbers. */
        private SocketSetting.Value read(String value) {
            String[] parts = value.split(":", -1);
            return switch (this) {
                case FLAG -> new SocketSetting.Whole(value.matches("(?i:yes)|1") ? 1 : 0);
                case NUMBER -> new SocketSetting.Whole((int) number(value));
                case LINGER ->
                    new SocketSetting.Linger((int) number(parts[0]), parts.length > 1 ? (int) number(parts[1]) : 0);
                case TIME -> new SocketSetting.Time(number(parts[0]), parts.length > 1 ? number(parts[1]) : 0);
                case TEXT -> new SocketSetting.Text(value);
            };
        }

        private static long number(String digits) {
            if (digits.isEmpty()) {
                return 0;
            }
            BigInteger number = new BigInteger(digits);
            return number.bitLength() < Long.SIZE ? number.longValue() : number.signum() * Long.MAX_VALUE;
        }
    }

    /**
     * A value of {@code socket}.
     *
     * @param side {@code a} for accept, {@code l} for local, {@code r} for remote
     */
    record Setting(char side, SocketOption option, String value) {}

    /** The values of one side in the order in which stunnel sets them, which is that of {@link #ALL}. */
    static List<SocketSetting> settings(Map<String, String> values) {
        return Stream.concat(ALL.stream(), NEWER.stream())
                .filter(option -> values.containsKey(option.name))
                .map(option -> new SocketSetting(option.name, option.type.read(values.getOrDefault(option.name, ""))))
                .toList();
    }

    /** Reads {@code a|l|r:NAME=VALUE}; empty for anything else. */
    static Optional<Setting> parse(String text) {
        int equals = text.indexOf('=');
        if (!text.matches("[alr]:.*") || equals < 0) {
            return Optional.empty();
        }
        String name = text.substring(2, equals);
        String value = text.substring(equals + 1);
        return Stream.concat(ALL.stream(), NEWER.stream())
                .filter(o -> o.name.equals(name) && value.matches(o.type.form))
                .findFirst()
                .map(o -> new Setting(text.charAt(0), o, value));
    }

    /** What stunnel itself sets; {@code --} for nothing. */
    String standardOn(char side) {
        boolean set = side == 'a' ? name.equals("SO_REUSEADDR") : name.equals("TCP_NODELAY");
        return set ? "yes" : "--";
    }
}
