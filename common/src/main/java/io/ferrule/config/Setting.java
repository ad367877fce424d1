package io.ferrule.config;

import java.util.List;

/**
 * One option as somebody said it, still text.
 *
 * @param where the flag, the variable, or file and line
 * @param label what a problem's message begins with, so that it names the option where {@code where} does not; or empty
 * @param values as written, at least one; none if they were unusable and that has been told
 * @param hidden true if no problem may quote the values: they are secret, or the content of a file, which may be the wrong one
 */
record Setting(Option option, String where, String label, List<Value> values, boolean hidden) {
    /** One value and its own place. */
    record Value(String text, String where) {}

    Setting {
        values = List.copyOf(values);
        hidden = hidden || option.secret();
    }

    /** A setting whose values all stand at one place that names the option. */
    static Setting at(String where, Option option, List<String> texts) {
        return new Setting(
                option, where, "", texts.stream().map(t -> new Value(t, where)).toList(), false);
    }

    /** A setting whose values are the content of a file. */
    static Setting inFile(String where, Option option, List<Value> values) {
        return new Setting(option, where, "", values, true);
    }

    /** A problem with one of the values. */
    Problem problem(Value value, String message) {
        return new Problem(value.where, label + (hidden ? withoutValue(message, value.text) : message));
    }

    /** A problem with the option as a whole. */
    Problem problem(String message) {
        return new Problem(where, label + message);
    }

    private static String withoutValue(String message, String text) {
        return message.replace(Quoted.of(text), "the value").replace("\"" + text + "\"", "the value");
    }
}
