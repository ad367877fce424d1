package io.ferrule.config;

import java.util.List;

/** A YAML document as it is needed here: text with line numbers, nothing interpreted. Lines count from 1. */
sealed interface Yaml {
    /** Where it begins. */
    int line();

    /**
     * A single value.
     *
     * @param text as written, without quotes
     * @param isNull true if nothing is written, or {@code null} or {@code ~} without quotes
     */
    record Scalar(int line, String text, boolean isNull) implements Yaml {}

    /** A list. */
    record Sequence(int line, List<Yaml> items) implements Yaml {}

    /** Keys with values, in the order written; a key may stand in it twice. */
    record Mapping(int line, List<Entry> entries) implements Yaml {}

    /** A key with its value. */
    record Entry(int line, String key, Yaml value) {}
}
