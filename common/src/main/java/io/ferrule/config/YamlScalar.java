package io.ferrule.config;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A text as one value of YAML. */
final class YamlScalar {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9_./:+=-]*");

    private YamlScalar() {}

    /** Quotes what might be read as anything but itself (YAML 1.2.2 §7.3.1). */
    static String of(String value) {
        if (PLAIN.matcher(value).matches() && !value.endsWith(":") && !value.equalsIgnoreCase("null")) {
            return value;
        }
        return value.codePoints()
                .mapToObj(c -> switch (c) {
                    case '"' -> "\\\"";
                    case '\\' -> "\\\\";
                    default -> c < ' ' || c > '~' ? String.format("\\U%08x", c) : Character.toString(c);
                })
                .collect(Collectors.joining("", "\"", "\""));
    }
}
