package io.ferrule.config;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads the server names that clients ask for by SNI (RFC 6066 §3). */
final class ServiceName {
    private static final Pattern LABELS =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?" + "(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");

    private ServiceName() {}

    /**
     * The name as it is compared: in lower case, in A-labels (RFC 5890), perhaps with {@code *} as its whole first label.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static String parse(String text) {
        boolean isWild = text.startsWith("*.");
        String rest = isWild ? text.substring(2) : text;
        String name = ascii(rest).toLowerCase(Locale.ROOT);
        if (name.length() > 251
                || !LABELS.matcher(name).matches()
                || ADDRESS.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    Quoted.of(text)
                            + " is not a server name: write a host name such as redis.example, or *.example for every first label");
        }
        return isWild ? "*." + name : name;
    }

    private static String ascii(String name) {
        try {
            return name.chars().allMatch(c -> c < 128) ? name : IDN.toASCII(name);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
