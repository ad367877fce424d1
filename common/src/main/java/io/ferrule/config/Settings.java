package io.ferrule.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one source, or several laid over each other, say about a process or a tunnel, by option name. */
record Settings(Map<String, Setting> byName) {
    static final Settings NONE = new Settings(Map.of());

    /**
     * Options that only mean something together: who says one of the heads leaves nothing of what a weaker source said about
     * heads and attributes, so that no two sources mix into a trust that neither of them chose.
     */
    private record Group(List<String> heads, List<String> attributes) {}

    private static final List<Group> GROUPS = List.of(
            new Group(
                    List.of("pin", "server-certificate", "ca"),
                    List.of(
                            "next-pin",
                            "verify-name",
                            "insecure-allow-expired",
                            "crl",
                            "ocsp",
                            "ocsp-timeout",
                            "insecure-allow-unknown-status")),
            new Group(
                    List.of("access", "client-pin", "client-ca"),
                    List.of(
                            "client-name",
                            "client-certificate",
                            "insecure-allow-expired",
                            "crl",
                            "ocsp",
                            "ocsp-timeout",
                            "insecure-allow-unknown-status")),
            new Group(List.of("certificate", "certificate-pem"), List.of("key", "key-pem", "key-password")));

    Settings {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /** These, and what a weaker source says beside them. */
    Settings over(Settings weaker) {
        Map<String, Setting> merged = new LinkedHashMap<>(weaker.byName);
        for (Group group : GROUPS) {
            if (group.heads.stream().anyMatch(byName::containsKey)) {
                merged.keySet().removeAll(group.heads);
                merged.keySet().removeAll(group.attributes);
            }
        }
        merged.putAll(byName);
        return new Settings(merged);
    }

    /** These but for one option. */
    Settings without(String name) {
        Map<String, Setting> rest = new LinkedHashMap<>(byName);
        rest.remove(name);
        return new Settings(rest);
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    Optional<Setting> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Those that describe one tunnel, in the order in which they were said. */
    List<Setting> ofTunnel() {
        return byName.values().stream()
                .filter(s -> s.option().scope() == Option.Scope.TUNNEL)
                .toList();
    }
}
