package io.ferrule.admin;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object (RFC 8259), field by field, with everything escaped that could end a string or hide in it. */
public final class Json {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out;
    private boolean first = true;

    private Json(StringBuilder out) {
        this.out = out;
    }

    /** The object that {@code fields} writes, and a line break. */
    public static String object(Consumer<Json> fields) {
        StringBuilder out = new StringBuilder();
        nested(out, fields);
        return out.append('\n').toString();
    }

    /** A string, or null. */
    public Json field(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            out.append("null");
        } else {
            string(value);
        }
        return this;
    }

    Json field(String name, long value) {
        name(name);
        out.append(value);
        return this;
    }

    Json field(String name, boolean value) {
        name(name);
        out.append(value);
        return this;
    }

    Json object(String name, Consumer<Json> fields) {
        name(name);
        nested(out, fields);
        return this;
    }

    /** An array of one object an item. */
    public <T> Json array(String name, Iterable<T> items, BiConsumer<Json, T> fields) {
        name(name);
        out.append('[');
        boolean comma = false;
        for (T item : items) {
            if (comma) {
                out.append(',');
            }
            comma = true;
            nested(out, json -> fields.accept(json, item));
        }
        out.append(']');
        return this;
    }

    private static void nested(StringBuilder out, Consumer<Json> fields) {
        out.append('{');
        fields.accept(new Json(out));
        out.append('}');
    }

    private void name(String name) {
        if (!first) {
            out.append(',');
        }
        first = false;
        string(name);
        out.append(':');
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (plain(c)) {
                        out.append(c);
                    } else {
                        escape(c);
                    }
                }
            }
        }
        out.append('"');
    }

    // Beyond what RFC 8259 asks for, because the text lands in terminals: C1 controls, formatting and line separators
    // too,
    // and surrogates, of which a single one could not be encoded as UTF-8.
    private static boolean plain(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    private void escape(char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt((c >> shift) & 0xf));
        }
    }
}
