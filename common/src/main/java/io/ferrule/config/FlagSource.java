package io.ferrule.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the command line says. */
final class FlagSource {
    private FlagSource() {}

    static Settings read(Role role, Map<String, List<String>> flags, List<Problem> problems) {
        List<Option> known = Option.forRole(role);
        Map<String, Setting> settings = new LinkedHashMap<>();
        flags.forEach((name, values) -> known.stream()
                .filter(o -> o.name().equals(name))
                .findFirst()
                .ifPresentOrElse(
                        option -> read(option, values, problems, settings), () -> problems.add(unknown(name, role))));
        return new Settings(settings);
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
