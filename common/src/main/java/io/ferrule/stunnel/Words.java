package io.ferrule.stunnel;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Values as stunnel writes them. */
final class Words {
    private static final List<String> LEVELS =
            List.of("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug");

    private Words() {}

    /** What C's isspace takes for one. */
    static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** Without the blanks at both ends. */
    static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** {@code yes} or {@code no}, in any case. */
    static boolean yes(String value) throws Refusal {
        return switch (lower(value)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new Refusal("The argument needs to be either 'yes' or 'no'");
        };
    }

    /** A whole decimal number with an optional sign; one that does not fit becomes the nearest that does. */
    static OptionalLong number(String value) {
        if (!value.matches("[+-]?[0-9]+")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(value));
        } catch (NumberFormatException e) {
            return OptionalLong.of(value.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE);
        }
    }

    /** A number, or stunnel's reason. */
    static long number(String value, String reason) throws Refusal {
        return number(value).orElseThrow(() -> new Refusal(reason));
    }

    /** A level of syslog(3) by its number or name. */
    static int level(String value) throws Refusal {
        int level = value.matches("[0-7]") ? value.charAt(0) - '0' : LEVELS.indexOf(lower(value));
        if (level < 0) {
            throw new Refusal(
                    "Illegal debug level", "write a number from 0 to 7, or one of " + String.join(", ", LEVELS));
        }
        return level;
    }

    /** A user or a group, by name or number. */
    static int account(String value, ToIntFunction<String> byName, String reason) throws Refusal {
        int named = byName.applyAsInt(value);
        return named >= 0 ? named : (int) Math.max(0, Math.min(Integer.MAX_VALUE, number(value, reason)));
    }

    /** Null for the empty value, which means that none is given. */
    static @Nullable Path path(String value) throws Refusal {
        return value.isEmpty() ? null : file(value);
    }

    static Path file(String value) throws Refusal {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new Refusal(
                    "No such file or directory",
                    "no file can have the name " + value
                            + ", with this process's locale at least: LC_ALL=C.UTF-8 allows more");
        }
    }

    /** Control characters become dots, as in stunnel's log. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 0; i < out.length(); i++) {
            if (out.charAt(i) < ' ' || out.charAt(i) == 0x7F) {
                out.setCharAt(i, '.');
            }
        }
        return out.toString();
    }
}
