package io.ferrule.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * A log event as one readable line: time, level, message, {@code key=value} pairs. Whatever a peer managed to put into a
 * value (a certificate's name, an SNI) can neither begin a line nor move the terminal's cursor: control characters are
 * written as escapes, and the further lines of a message are indented.
 */
public final class TextLines extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private final ZoneId zone;
    private final boolean colours;

    /** As it is where nobody says otherwise; also for a logback.xml of the operator's own. */
    public TextLines() {
        this(ZoneId.systemDefault(), false);
    }

    TextLines(ZoneId zone, boolean colours) {
        this.zone = zone;
        this.colours = colours;
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        Instant at = Instant.ofEpochMilli(event.getTimeStamp());
        coloured(line, DIM, TIME.format(at.atZone(zone)));
        line.append(' ');
        coloured(line, colour(event.getLevel()), padded(event.getLevel()));
        line.append(' ');
        if (event.getLevel().levelInt < Level.INFO_INT) {
            String name = event.getLoggerName();
            line.append('[').append(name.substring(name.lastIndexOf('.') + 1)).append("] ");
        }
        message(line, event.getFormattedMessage());
        pairs(line, event.getKeyValuePairs());
        line.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(ThrowableProxyUtil.asString(thrown));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A text with its line breaks, each followed by an indent. */
    private static void message(StringBuilder line, String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '\n') {
                line.append("\n    ");
            } else {
                visible(line, c);
            }
        }
    }

    private void pairs(StringBuilder line, List<KeyValuePair> pairs) {
        if (pairs == null) {
            return;
        }
        for (KeyValuePair pair : pairs) {
            line.append(' ');
            coloured(line, DIM, pair.key + "=");
            value(line, String.valueOf(pair.value));
        }
    }

    private static void value(StringBuilder line, String value) {
        if (isBare(value)) {
            line.append(value);
            return;
        }
        if (value.indexOf('\n') >= 0) { // a presented chain, for instance: to be read and copied from
            line.append("\n    ");
            message(line, value);
            return;
        }
        line.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\');
            }
            visible(line, c);
        }
        line.append('"');
    }

    private static boolean isBare(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || c == '"' || c == '=' || Character.isISOControl(c)) {
                return false;
            }
        }
        return !value.isEmpty();
    }

    private static void visible(StringBuilder line, char c) {
        if (Character.isISOControl(c)) {
            line.append(String.format("\\u%04x", (int) c));
        } else {
            line.append(c);
        }
    }

    private void coloured(StringBuilder line, String colour, String text) {
        if (colours && !colour.isEmpty()) {
            line.append(colour).append(text).append(PLAIN);
        } else {
            line.append(text);
        }
    }

    private static String padded(Level level) {
        return (level + " ").substring(0, 5);
    }

    private static String colour(Level level) {
        return switch (level.levelInt) {
            case Level.ERROR_INT -> "\u001b[31m";
            case Level.WARN_INT -> "\u001b[33m";
            case Level.INFO_INT -> "\u001b[32m";
            default -> DIM;
        };
    }
}
