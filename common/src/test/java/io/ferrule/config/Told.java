package io.ferrule.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a program is told in a test: flags, variables and perhaps a file. */
final class Told {
    static final String PIN = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    static final String OTHER_PIN = "sha256/AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private final Role role;
    private final Map<String, List<String>> flags = new LinkedHashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private String directory = "";
    private Capacity capacity = Capacity.UNKNOWN;

    private Told(Role role) {
        this.role = role;
    }

    static Told nothing(Role role) {
        return new Told(role);
    }

    /** A server that is told nothing but that anyone may connect. */
    static Told server() {
        return new Told(Role.SERVER).flag("access", "anyone");
    }

    /** A client that is told a target and a pin. */
    static Told client() {
        return new Told(Role.CLIENT).flag("target", "redis.example:46379").flag("pin", PIN);
    }

    Told flag(String name, String... values) {
        flags.put(name, List.of(values));
        return this;
    }

    Told without(String name) {
        flags.remove(name);
        return this;
    }

    /** What is read, is read for a process with such a heap. */
    Told heapMebibytes(long mebibytes) {
        capacity = new Capacity(mebibytes << 20);
        return this;
    }

    Told variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Also the file {@code test.yaml} in a directory; problems are told without the directory. */
    Told file(Path dir, String yaml) {
        try {
            Path file = Files.writeString(dir.resolve("test.yaml"), yaml);
            directory = dir + "/";
            return flag("config", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ProcessConfig config() {
        try {
            return ConfigReader.read(role, flags, environment, capacity, new HashSet<>());
        } catch (OperatorException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    TunnelConfig tunnel() {
        return config().tunnels().get(0);
    }

    /** A server's TLS. */
    AcceptTls acceptTls() {
        return Objects.requireNonNull(tunnel().accept().tls());
    }

    /** A client's TLS. */
    ConnectTls connectTls() {
        return Objects.requireNonNull(tunnel().connect().tls());
    }

    /** Every problem as printed; empty if there is none. */
    List<String> problems() {
        try {
            ConfigReader.read(role, flags, environment, capacity, new HashSet<>());
            return List.of();
        } catch (OperatorException e) {
            return e.problems().stream()
                    .map(p -> directory.isEmpty() ? p.toString() : p.toString().replace(directory, ""))
                    .toList();
        }
    }
}
