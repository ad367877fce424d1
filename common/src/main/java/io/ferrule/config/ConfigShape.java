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
    private static final String NAMES = "names";

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
        if (tunnels != null) {
            return new ConfigFile(new Settings(settings(entries, Option.Scope.PROCESS, false)), tunnels(tunnels));
        }
        List<TunnelSettings> services = services(entries, "");
        Settings settings = new Settings(settings(entries, null, false));
        return new ConfigFile(settings, List.of(new TunnelSettings(TunnelSettings.ONLY, file, "", settings, services)));
    }

    /** Reads a file that may hold nothing but these keys. */
    Settings only(List<String> names, Yaml.Mapping mapping) {
        Map<String, Yaml.Entry> entries = unique(mapping);
        entries.values().stream()
                .filter(entry -> !names.contains(entry.key()))
                .forEach(entry -> report(
                        entry.line(),
                        Quoted.of(entry.key()) + " has no place in an invitation, which holds "
                                + String.join(", ", names) + ": write it into the config or on the command line"));
        entries.keySet().retainAll(names);
        return new Settings(settings(entries, Option.Scope.TUNNEL, false));
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
        String label = "tunnel " + name + ": ";
        List<TunnelSettings> services = services(entries, label);
        Settings settings = new Settings(settings(entries, Option.Scope.TUNNEL, false));
        return Optional.of(new TunnelSettings(name, file + ":" + entry.line(), label, settings, services));
    }

    /** Takes the mapping of server names out of a tunnel's keys. */
    private List<TunnelSettings> services(Map<String, Yaml.Entry> entries, String label) {
        Yaml.Entry names = role == Role.SERVER ? entries.remove(NAMES) : null;
        if (names == null) {
            return List.of();
        }
        if (!(names.value() instanceof Yaml.Mapping byName) || byName.entries().isEmpty()) {
            report(names.line(), label + "names: give at least one server name with keys below it");
            return List.of();
        }
        Map<String, TunnelSettings> all = new LinkedHashMap<>();
        for (Yaml.Entry entry : byName.entries()) {
            TunnelSettings service = service(entry, label);
            TunnelSettings first = service == null ? null : all.putIfAbsent(service.name(), service);
            if (first != null) {
                report(entry.line(), Quoted.of(entry.key()) + " stands here again; it is already at " + first.where());
            }
        }
        return List.copyOf(all.values());
    }

    private @Nullable TunnelSettings service(Yaml.Entry entry, String label) {
        String name;
        try {
            name = ServiceName.parse(entry.key());
        } catch (IllegalArgumentException e) {
            report(entry.line(), label + "names: " + e.getMessage());
            return null;
        }
        boolean isEmpty = entry.value() instanceof Yaml.Scalar scalar && scalar.isNull();
        if (!isEmpty && !(entry.value() instanceof Yaml.Mapping)) {
            report(entry.line(), label + "name " + name + ": it is described by keys with values");
            return null;
        }
        Map<String, Yaml.Entry> entries = entry.value() instanceof Yaml.Mapping keys ? unique(keys) : Map.of();
        return new TunnelSettings(
                name,
                file + ":" + entry.line(),
                label + "name " + name + ": ",
                new Settings(settings(entries, Option.Scope.TUNNEL, true)));
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
    private Map<String, Setting> settings(
            Map<String, Yaml.Entry> entries, Option.@Nullable Scope scope, boolean ofOneName) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            Optional<Option> option = Option.byName(key).or(() -> twinned(key));
            Optional<String> misplaced =
                    option.isEmpty() ? Optional.of(unknown(key)) : misplaced(option.get(), scope, ofOneName);
            misplaced.ifPresent(message -> report(entry.line(), message));
            if (misplaced.isEmpty()) {
                put(key, entry, option.orElseThrow(), settings);
            }
        });
        return settings;
    }

    private void put(String key, Yaml.Entry entry, Option option, Map<String, Setting> settings) {
        boolean isTwin = !key.equals(option.name());
        Setting setting = isTwin ? inFile(option, option.fileTwin().orElseThrow(), entry) : setting(option, entry);
        if (settings.putIfAbsent(option.name(), setting) != null) {
            report(entry.line(), key + ": " + option.name() + " and its file are both given: remove one of them");
        }
    }

    /** The secret whose file a key names. */
    private static Optional<Option> twinned(String key) {
        return Option.all().stream()
                .filter(o ->
                        o.fileTwin().filter(twin -> twin.name().equals(key)).isPresent())
                .findFirst();
    }

    private Setting inFile(Option secret, Option twin, Yaml.Entry entry) {
        Setting path = setting(twin, entry);
        return path.values().isEmpty()
                ? Setting.inFile(path.where(), secret, List.of())
                : VariableFile.read(
                        secret, path.values().get(0).text(), path.where() + ": " + twin.name(), "the key", problems);
    }

    private String unknown(String key) {
        List<String> known =
                new ArrayList<>(Option.forRole(role).stream().map(Option::name).toList());
        known.add(TUNNELS);
        known.add(NAMES);
        Option.forRole(role).forEach(o -> o.fileTwin().ifPresent(twin -> known.add(twin.name())));
        return "unknown key " + Quoted.of(key) + Nearest.hint(key, known);
    }

    private Optional<String> misplaced(Option option, Option.@Nullable Scope scope, boolean ofOneName) {
        if (!option.roles().contains(role)) {
            return Optional.of(option.name() + " is not an option of " + role.program());
        }
        if (option.name().equals("config")) {
            return Optional.of("config cannot stand in a file: a file does not include others");
        }
        if (ofOneName && option.scope() == scope && !option.perName()) {
            return Optional.of(option.name() + " describes the whole tunnel: write it above names");
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
            boolean isFile = option.isPath() && !TokenUri.isOne(scalar.text());
            String text = isFile ? directory.resolve(scalar.text()).toString() : scalar.text();
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
