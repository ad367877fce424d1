package io.ferrule.observe;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.stream.Collectors;

/** Text from outside, made harmless for a log line or a terminal: it cannot break lines, colour them or forge a field. */
public final class Printable {
    private static final int MAX_LENGTH = 4_000;
    private static final String INDENT = "    ";

    private Printable() {}

    /** On one line: line breaks, control and formatting characters become {@code ?}, double quotes become single ones. */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        text.codePoints().limit(MAX_LENGTH).forEach(c -> line.appendCodePoint(harmless(c)));
        return line.toString();
    }

    /**
     * With its line breaks: every line made harmless by itself, every line but the first indented, so that none passes for a
     * log line of its own.
     */
    public static String block(String text) {
        String bounded = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
        return bounded.lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .map(Printable::line)
                .collect(Collectors.joining("\n" + INDENT));
    }

    /** The numbers of an address, {@code 10.0.0.1:6379} or {@code [::1]:6379}, or a Unix socket's path; nothing is resolved. */
    public static String address(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return NetUtil.toSocketAddressString(inet);
        }
        String path = line(address.toString());
        return path.isEmpty() ? "unix" : "unix:" + path; // a Unix client has no path of its own
    }

    private static int harmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT, // bidirectional overrides among them
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> '?';
            default -> c == '"' ? '\'' : c;
        };
    }
}
