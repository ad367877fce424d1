package io.ferrule.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the environment's variables say. */
final class EnvironmentSource {
    /**
     * What Kubernetes puts into every pod beside a Service whose name begins with "ferrule"; it is not meant for us
     * (kubernetes.io, "Discovering services", environment variables).
     */
    private static final Pattern SERVICE_LINK = Pattern.compile("FERRULE(_[A-Z0-9_]+)?_(SERVICE_HOST|"
            + "SERVICE_PORT(_[A-Z0-9_]+)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private EnvironmentSource() {}

    static Settings read(Role role, Map<String, String> environment, List<Problem> problems) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(Option.VARIABLE_PREFIX)
                    && !SERVICE_LINK.matcher(variable).matches()) {
                find(role, variable)
                        .ifPresentOrElse(
                                option -> settings.put(option.name(), read(option, value, problems)),
                                () -> problems.add(unknown(variable, role)));
            }
        });
        return new Settings(settings);
    }

    private static Optional<Option> find(Role role, String variable) {
        return Option.forRole(role).stream()
                .filter(o -> o.variable().equals(variable))
                .findFirst();
    }

    private static Setting read(Option option, String value, List<Problem> problems) {
        List<String> values = option.repeatable()
                ? Arrays.stream(value.split("[,\r\n]"))
                        .map(String::strip)
                        .filter(v -> !v.isEmpty())
                        .toList()
                : List.of(value);
        if (value.isBlank() || values.isEmpty()) {
            problems.add(new Problem(option.variable(), "it is empty: give it a value or unset it"));
            values = List.of();
        }
        return Setting.at(option.variable(), option, values);
    }

    private static Problem unknown(String variable, Role role) {
        boolean others = Option.all().stream().anyMatch(o -> o.variable().equals(variable));
        return new Problem(
                variable,
                role.program() + " knows no such variable"
                        + (others ? "; it is one of the other program's" : hint(variable, role)));
    }

    /** Compares without the prefix, which would make all of them seem near. */
    private static String hint(String variable, Role role) {
        List<String> known = Option.forRole(role).stream().map(Option::name).toList();
        return Nearest.to(variable.substring(Option.VARIABLE_PREFIX.length()), known)
                .flatMap(Option::byName)
                .map(o -> "; did you mean \"" + o.variable() + "\"?")
                .orElse("");
    }
}
