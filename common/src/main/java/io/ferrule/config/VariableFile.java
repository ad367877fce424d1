package io.ferrule.config;

import java.nio.file.Path;
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

    /** What the file says that the option's variable names; without values after a problem. */
    static Setting read(Option option, String name, List<Problem> problems) {
        return read(option, name, option.fileVariable(), "the variable", problems);
    }

    /**
     * The same where something else names the file.
     *
     * @param from the flag, or file and line of a key
     * @param it what it is called in a sentence
     */
    static Setting read(Option option, String name, String from, String it, List<Problem> problems) {
        if (name.isBlank()) {
            problems.add(new Problem(from, "it is empty: give it the name of a file or unset it"));
            return Setting.inFile(from, option, List.of());
        }
        String where = from + ": " + name;
        List<Setting.Value> values = List.of();
        try {
            String text = TextFile.read(name, from, LARGEST_BYTES);
            if (option.secret()) {
                checkAccess(name, from);
            }
            values = values(option, where, text);
            if (values.isEmpty()) {
                problems.add(new Problem(
                        where, "the file is empty: write the value of " + option.name() + " into it, or unset " + it));
            } else if (values.size() > 1 && !option.repeatable()) {
                problems.add(new Problem(
                        where, "the file holds " + values.size() + " lines; " + option.name() + " takes one value"));
                values = List.of();
            }
        } catch (OperatorException e) {
            String remedy = "; " + it + " names the file that the value of " + option.name() + " is read from";
            e.problems().forEach(problem -> problems.add(new Problem(problem.where(), problem.message() + remedy)));
        }
        return Setting.inFile(where, option, values);
    }

    private static void checkAccess(String name, String from) throws OperatorException {
        try {
            PrivateFile.check(Path.of(name), "the secret");
        } catch (OperatorException e) {
            throw new OperatorException(e.problems().stream()
                    .map(p -> new Problem(from, p.where() + ": " + p.message()))
                    .toList());
        }
    }

    private static List<Setting.Value> values(Option option, String where, String text) {
        List<Setting.Value> values = new ArrayList<>();
        if (option.isPem()) {
            return text.isBlank() ? List.of() : List.of(new Setting.Value(text, where + ":1"));
        }
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
