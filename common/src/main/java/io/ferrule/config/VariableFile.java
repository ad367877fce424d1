package io.ferrule.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file that holds an option's value, named by a variable such as {@code FERRULE_PIN_FILE}: what a container's secret or a
 * shared volume is read from. A list stands on lines or between commas, and lines that begin with # are left out.
 */
final class VariableFile {
    private static final int LARGEST_BYTES = 64 << 10;

    private VariableFile() {}

    /** What the file says; without values after a problem. */
    static Setting read(Option option, String name, List<Problem> problems) {
        String variable = option.fileVariable();
        if (name.isBlank()) {
            problems.add(new Problem(variable, "it is empty: give it the name of a file or unset it"));
            return Setting.inFile(variable, option, List.of());
        }
        String where = variable + ": " + name;
        List<Setting.Value> values = List.of();
        try {
            values = values(option, where, TextFile.read(name, variable, LARGEST_BYTES));
            if (values.isEmpty()) {
                problems.add(new Problem(
                        where,
                        "the file is empty: write the value of " + option.name() + " into it, or unset the variable"));
            } else if (values.size() > 1 && !option.repeatable()) {
                problems.add(new Problem(
                        where, "the file holds " + values.size() + " lines; " + option.name() + " takes one value"));
                values = List.of();
            }
        } catch (OperatorException e) {
            String remedy = "; the variable names the file that the value of " + option.name() + " is read from";
            e.problems().forEach(problem -> problems.add(new Problem(problem.where(), problem.message() + remedy)));
        }
        return Setting.inFile(where, option, values);
    }

    private static List<Setting.Value> values(Option option, String where, String text) {
        List<Setting.Value> values = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String place = where + ":" + (i + 1);
            if (!option.repeatable()) {
                values.add(new Setting.Value(line, place));
            } else if (!line.startsWith("#")) {
                Arrays.stream(line.split(",", -1)).forEach(v -> values.add(new Setting.Value(v.strip(), place)));
            }
        }
        values.removeIf(value -> value.text().isEmpty());
        return values;
    }
}
