package io.ferrule.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        // In their order, so that an option's own variable comes before the one that names a file.
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(Option.VARIABLE_PREFIX) && !isServiceLink(variable)) {
                find(Option.forRole(role), variable)
                        .ifPresentOrElse(
                                option -> put(option, variable, value, settings, problems),
                                () -> problems.add(unknown(variable, role)));
            }
        });
        return new Settings(settings);
    }

    /** The files that options' values are read from, see {@link VariableFile}. */
    static Set<Path> files(Role role, Map<String, String> environment) {
        return Option.forRole(role).stream()
                .filter(option -> !option.isPath())
                .map(option -> environment.getOrDefault(option.fileVariable(), ""))
                .filter(name -> !name.isBlank())
                .flatMap(name -> TextFile.path(name).stream())
                .collect(Collectors.toSet());
    }

    static boolean isServiceLink(String variable) {
        return SERVICE_LINK.matcher(variable).matches();
    }

    private static Optional<Option> find(List<Option> options, String variable) {
        return options.stream()
                .filter(o -> List.of(o.variable(), o.fileVariable()).contains(variable))
                .findFirst();
    }

    private static void put(
            Option option, String variable, String value, Map<String, Setting> settings, List<Problem> problems) {
        if (settings.containsKey(option.name())) {
            problems.add(new Problem(variable, option.variable() + " is set too: unset one of the two"));
            return;
        }
        boolean isContent = variable.equals(option.fileVariable()) && !option.isPath();
        settings.put(
                option.name(),
                isContent ? VariableFile.read(option, value, problems) : inVariable(option, variable, value, problems));
    }

    private static Setting inVariable(Option option, String variable, String value, List<Problem> problems) {
        List<String> values = option.repeatable()
                ? Arrays.stream(value.split("[,\r\n]"))
                        .map(String::strip)
                        .filter(v -> !v.isEmpty())
                        .toList()
                : List.of(value);
        if (value.isBlank() || values.isEmpty()) {
            problems.add(new Problem(variable, "it is empty: give it a value or unset it"));
            values = List.of();
        }
        return Setting.at(variable, option, values);
    }

    private static Problem unknown(String variable, Role role) {
        return new Problem(
                variable,
                role.program() + " knows no such variable"
                        + (find(Option.all(), variable).isPresent()
                                ? "; it is one of the other program's"
                                : hint(variable, role)));
    }

    /** Compares without the prefix, which would make all of them seem near. */
    private static String hint(String variable, Role role) {
        List<String> known = Option.forRole(role).stream()
                .flatMap(o -> Stream.of(o.variable(), o.fileVariable()))
                .map(EnvironmentSource::withoutPrefix)
                .toList();
        return Nearest.to(withoutPrefix(variable), known)
                .map(name -> "; did you mean \"" + Option.VARIABLE_PREFIX + name + "\"?")
                .orElse("");
    }

    private static String withoutPrefix(String variable) {
        return variable.substring(Option.VARIABLE_PREFIX.length());
    }
}
