package io.ferrule.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Knows the two shapes of a config file: one tunnel's keys at the top level, or many tunnels by name. */
final class ConfigShape {
    private static final String TUNNELS = "tunnels";

    private final Role role;
    private final String file;
    private final Path directory;
    private final List<Problem> problems;

    ConfigShape(Role role, String file, Path path, List<Problem> problems) {
        this.role = role;
        this.file = file;
        this.directory = path.toAbsolutePath().resolveSibling("");
        this.problems = problems;
    }

    ConfigFile read(Optional<Yaml> document) {
        Yaml root = document.orElseGet(() -> new Yaml.Mapping(1, List.of()));
        if (root instanceof Yaml.Scalar scalar && scalar.isNull()) {
            root = new Yaml.Mapping(1, List.of());
        }
        if (!(root instanceof Yaml.Mapping mapping)) {
            report(root.line(), "a config is keys with values, such as listen: 6379");
            return ConfigFile.NONE;
        }
        Map<String, Yaml.Entry> entries = unique(mapping);
        Yaml.Entry tunnels = entries.remove(TUNNELS);
        Map<String, Setting> settings = settings(entries, tunnels == null ? null : Option.Scope.PROCESS);
        return new ConfigFile(
                new Settings(settings),
                tunnels == null
                        ? List.of(new TunnelSettings(TunnelSettings.ONLY, file, "", new Settings(settings)))
                        : tunnels(tunnels));
    }

    private List<TunnelSettings> tunnels(Yaml.Entry tunnels) {
        if (!(tunnels.value() instanceof Yaml.Mapping byName)
                || byName.entries().isEmpty()) {
            report(tunnels.line(), "tunnels: give at least one name with keys below it");
            return List.of();
        }
        List<TunnelSettings> all = new ArrayList<>();
        unique(byName).forEach((name, entry) -> tunnel(name, entry).ifPresent(all::add));
        return all;
    }

    private Optional<TunnelSettings> tunnel(String name, Yaml.Entry entry) {
        if (!TunnelSettings.NAME.matcher(name).matches()) {
            report(
                    entry.line(),
                    Quoted.of(name) + " is not a name for a tunnel: use 1 to 32 of a-z, 0-9 and the hyphen");
            return Optional.empty();
        }
        boolean isEmpty = entry.value() instanceof Yaml.Scalar scalar && scalar.isNull();
        if (!isEmpty && !(entry.value() instanceof Yaml.Mapping)) {
            report(entry.line(), "tunnel " + name + ": it is described by keys with values");
            return Optional.empty();
        }
        Map<String, Yaml.Entry> entries = entry.value() instanceof Yaml.Mapping keys ? unique(keys) : Map.of();
        Settings settings = new Settings(settings(entries, Option.Scope.TUNNEL));
        return Optional.of(new TunnelSettings(name, file + ":" + entry.line(), "tunnel " + name + ": ", settings));
    }

    private Map<String, Yaml.Entry> unique(Yaml.Mapping mapping) {
        Map<String, Yaml.Entry> entries = new LinkedHashMap<>();
        for (Yaml.Entry entry : mapping.entries()) {
            Yaml.Entry first = entries.putIfAbsent(entry.key(), entry);
            if (first != null) {
                report(
                        entry.line(),
                        Quoted.of(entry.key()) + " stands here again; it is already on line " + first.line());
            }
        }
        return entries;
    }

    /** Reads keys of a scope; null is both. */
    private Map<String, Setting> settings(Map<String, Yaml.Entry> entries, Option.@Nullable Scope scope) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            Optional<Option> option = Option.byName(key);
            Optional<String> misplaced = option.isEmpty() ? Optional.of(unknown(key)) : misplaced(option.get(), scope);
            misplaced.ifPresent(message -> report(entry.line(), message));
            if (misplaced.isEmpty()) {
                settings.put(key, setting(option.orElseThrow(), entry));
            }
        });
        return settings;
    }

    private String unknown(String key) {
        List<String> known =
                new ArrayList<>(Option.forRole(role).stream().map(Option::name).toList());
        known.add(TUNNELS);
        return "unknown key " + Quoted.of(key) + Nearest.hint(key, known);
    }

    private Optional<String> misplaced(Option option, Option.@Nullable Scope scope) {
        if (!option.roles().contains(role)) {
            return Optional.of(option.name() + " is not an option of " + role.program());
        }
        if (option.name().equals("config")) {
            return Optional.of("config cannot stand in a file: a file does not include others");
        }
        if (scope == null || option.scope() == scope) {
            return Optional.empty();
        }
        return Optional.of(
                scope == Option.Scope.PROCESS
                        ? option.name() + " describes one tunnel: write it below a name in tunnels"
                        : option.name() + " describes the whole process: write it at the top level");
    }

    private Setting setting(Option option, Yaml.Entry entry) {
        String label = option.name() + ": ";
        List<Setting.Value> values = new ArrayList<>();
        Optional<String> problem = collect(option, entry.value(), values);
        problem.ifPresent(message -> report(entry.line(), label + message));
        return new Setting(option, file + ":" + entry.line(), label, problem.isPresent() ? List.of() : values, false);
    }

    private Optional<String> collect(Option option, Yaml value, List<Setting.Value> values) {
        if (value instanceof Yaml.Scalar scalar) {
            return scalar.isNull()
                    ? Optional.of("it has no value: give it one or remove the key")
                    : add(option, scalar, values);
        }
        if (value instanceof Yaml.Sequence list && option.repeatable()) {
            return list.items().isEmpty()
                    ? Optional.of("the list is empty: give it a value or remove the key")
                    : list.items().stream()
                            .flatMap(item -> element(option, item, values).stream())
                            .findFirst();
        }
        return Optional.of(
                option.repeatable()
                        ? "it takes a value or a list of values, not keys"
                        : "it takes a single value, not " + (value instanceof Yaml.Sequence ? "a list" : "keys"));
    }

    private Optional<String> element(Option option, Yaml item, List<Setting.Value> values) {
        return item instanceof Yaml.Scalar scalar && !scalar.isNull()
                ? add(option, scalar, values)
                : Optional.of("the list holds something that is not a single value");
    }

    private Optional<String> add(Option option, Yaml.Scalar scalar, List<Setting.Value> values) {
        if (scalar.text().isBlank()) {
            return Optional.of("it is empty: give it a value or remove the key");
        }
        try {
            String text = option.isPath() ? directory.resolve(scalar.text()).toString() : scalar.text();
            values.add(new Setting.Value(text, file + ":" + scalar.line()));
            return Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.of(Quoted.of(scalar.text()) + " is not a path");
        }
    }

    private void report(int line, String message) {
        problems.add(new Problem(file + ":" + line, message));
    }
}
