package io.ferrule.dist.kubernetes;

import io.ferrule.config.ConfigReader;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Option;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a container is told as the program in it would: arguments, variables and the mounted file. */
final class FerruleArguments {
    private FerruleArguments() {}

    /**
     * What the program makes of it; empty if it would complain.
     *
     * @param manifests all that are applied with it, the ConfigMaps that it mounts among them
     * @param problems gets the complaints
     */
    static Optional<ProcessConfig> read(Pod.Container container, List<Manifest> manifests, List<String> problems) {
        List<String> arguments = container.tree().at("args").texts();
        Optional<Role> role = role(arguments);
        if (role.isEmpty()) {
            problems.add(container + ": its arguments do not begin with server or client, and run: " + arguments);
            return Optional.empty();
        }
        try {
            Map<String, List<String>> flags = flags(role.get(), arguments.subList(2, arguments.size()));
            Map<String, List<String>> here = withFile(flags, mounted(container, manifests));
            return Optional.of(ConfigReader.read(role.get(), here, environment(container)));
        } catch (OperatorException | IllegalArgumentException e) {
            problems.add(container + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Role> role(List<String> arguments) {
        if (arguments.size() < 2 || !arguments.get(1).equals("run")) {
            return Optional.empty();
        }
        return switch (arguments.get(0)) {
            case "server" -> Optional.of(Role.SERVER);
            case "client" -> Optional.of(Role.CLIENT);
            default -> Optional.empty();
        };
    }

    private static Map<String, List<String>> flags(Role role, List<String> arguments) {
        Map<String, List<String>> flags = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String flag = arguments.get(i);
            Option option = Option.forRole(role).stream()
                    .filter(o -> o.flag().equals(flag))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(role.program() + " has no option " + flag));
            if (!option.isSwitch() && i + 1 == arguments.size()) {
                throw new IllegalArgumentException(flag + " has no value");
            }
            String value = option.isSwitch() ? "true" : arguments.get(++i);
            flags.computeIfAbsent(option.name(), name -> new ArrayList<>()).add(value);
        }
        return flags;
    }

    /** The texts of the files that come from ConfigMaps, by their paths in the container. */
    private static Map<String, String> mounted(Pod.Container container, List<Manifest> manifests) {
        Map<String, String> files = new HashMap<>();
        for (Tree mount : container.tree().at("volumeMounts").items()) {
            container.pod().spec().at("volumes").items().stream()
                    .filter(volume -> volume.at("name").equals(mount.at("name")))
                    .map(volume -> volume.at("configMap", "name").text())
                    .flatMap(map -> manifests.stream()
                            .filter(m ->
                                    m.kind().equals("ConfigMap") && m.name().equals(map)))
                    .forEach(map -> map.tree()
                            .at("data")
                            .textEntries()
                            .forEach((name, text) ->
                                    files.put(mount.at("mountPath").text() + "/" + name, text)));
        }
        return files;
    }

    /** The reader wants a file of this machine. */
    private static Map<String, List<String>> withFile(Map<String, List<String>> flags, Map<String, String> files) {
        List<String> named = flags.get("config");
        if (named == null) {
            return flags;
        }
        String text = files.get(named.get(0));
        if (text == null) {
            throw new IllegalArgumentException("nothing is mounted at " + named.get(0) + ", only " + files.keySet());
        }
        try {
            Path file = Files.createTempFile("mounted", ".yaml");
            file.toFile().deleteOnExit();
            Files.writeString(file, text);
            Map<String, List<String>> all = new LinkedHashMap<>(flags);
            all.put("config", List.of(file.toString()));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> environment(Pod.Container container) {
        Map<String, String> environment = new HashMap<>();
        container
                .tree()
                .at("env")
                .items()
                .forEach(variable -> environment.put(
                        variable.at("name").text(), variable.at("value").text()));
        return environment;
    }
}
