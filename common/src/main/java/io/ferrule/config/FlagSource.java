package io.ferrule.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the command line says. */
final class FlagSource {
    private FlagSource() {}

    static Settings read(Role role, Map<String, List<String>> flags, List<Problem> problems) {
        List<Option> known = Option.forRole(role);
        Map<String, Setting> settings = new LinkedHashMap<>();
        flags.forEach((name, values) -> {
            Option option = named(known, name);
            Option twinned = twinned(known, name);
            if (option != null && option.secret()) {
                problems.add(new Problem(option.flag(), leaked(option)));
            } else if (option != null) {
                read(option, values, problems, settings);
            } else if (twinned != null && !values.isEmpty()) {
                String flag = "--" + name;
                settings.put(
                        twinned.name(),
                        VariableFile.read(twinned, values.get(values.size() - 1), flag, "the flag", problems));
            } else if (twinned == null) {
                problems.add(unknown(name, role));
            }
        });
        return new Settings(settings);
    }

    private static @Nullable Option named(List<Option> known, String name) {
        return known.stream().filter(o -> o.name().equals(name)).findFirst().orElse(null);
    }

    /** The secret whose file a flag names. */
    private static @Nullable Option twinned(List<Option> known, String name) {
        return known.stream()
                .filter(o ->
                        o.fileTwin().filter(twin -> twin.name().equals(name)).isPresent())
                .findFirst()
                .orElse(null);
    }

    private static String leaked(Option secret) {
        return "every user of this machine can read the command line; give it by "
                + secret.fileTwin().map(Option::flag).orElse("--key") + " FILE, the variable " + secret.fileVariable()
                + " that names a file, the variable " + secret.variable() + ", or " + secret.name()
                + " in the YAML file";
    }

    private static void read(
            Option option, List<String> values, List<Problem> problems, Map<String, Setting> settings) {
        if (values.isEmpty()) {
            return;
        }
        boolean tooMany = values.size() > 1 && !option.repeatable();
        if (tooMany) {
            problems.add(new Problem(option.flag(), "given " + values.size() + " times; it takes one value"));
        }
        settings.put(option.name(), Setting.at(option.flag(), option, tooMany ? List.of() : values));
    }

    private static Problem unknown(String name, Role role) {
        List<String> flags = Option.forRole(role).stream().map(Option::flag).toList();
        return new Problem("--" + name, role.program() + " has no such option" + Nearest.hint("--" + name, flags));
    }
}
