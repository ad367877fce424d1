package io.ferrule.config;

import java.util.List;

/**
 * One option as somebody said it, still text.
 *
 * @param where the flag, the variable, or file and line
 * @param label what a problem's message begins with, so that it names the option where {@code where} does not; or empty
 * @param values as written, at least one; none if they were unusable and that has been told
 */
record Setting(Option option, String where, String label, List<Value> values) {
    /** One value and its own place. */
    record Value(String text, String where) {}

    Setting {
        values = List.copyOf(values);
    }

    /** A setting whose values all stand at one place that names the option. */
    static Setting at(String where, Option option, List<String> texts) {
        return new Setting(
                option, where, "", texts.stream().map(t -> new Value(t, where)).toList());
    }

    /** A problem with one of the values. */
    Problem problem(Value value, String message) {
        return new Problem(value.where, label + message);
    }

    /** A problem with the option as a whole. */
    Problem problem(String message) {
        return new Problem(where, label + message);
    }
}
