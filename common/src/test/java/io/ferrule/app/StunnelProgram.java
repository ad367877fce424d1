package io.ferrule.app;

import io.ferrule.config.Role;
import io.ferrule.testing.ChildJvm;
import io.ferrule.testing.Subprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code proxy-server stunnel} as a child process, and the files that it reads. */
final class StunnelProgram {
    static final Duration LIMIT = Duration.ofSeconds(20);

    private StunnelProgram() {}

    /** What the child runs. */
    public static void main(String... arguments) {
        Program.launch(Role.SERVER, StunnelProgram.class, arguments);
    }

    /** Starts it with these arguments; its home is the directory, so that what it might leave anywhere is found there. */
    static Subprocess start(Path directory, String... arguments) throws IOException {
        return start(directory, Map.of(), arguments);
    }

    /** The same with these variables besides. */
    static Subprocess start(Path directory, Map<String, String> variables, String... arguments) throws IOException {
        return start(directory, variables, List.of(), arguments);
    }

    /**
     * The same.
     *
     * @param starter a command that becomes the program that it is given
     */
    static Subprocess start(Path directory, Map<String, String> variables, List<String> starter, String... arguments)
            throws IOException {
        return Subprocess.start("stunnel", builder(directory, variables, program(directory, starter), arguments));
    }

    /** The same, and its outputs are the caller's to read. */
    static Subprocess unread(Path directory, Path file) throws IOException {
        return Subprocess.start(
                "stunnel", builder(directory, Map.of(), program(directory, List.of()), file.toString()), false);
    }

    /** As {@link #ready}, by another Java. */
    static Subprocess ready(Path directory, Path file, Path javaHome) throws IOException {
        return ready(directory, Map.of(), file, javaHome);
    }

    /** The same with these variables besides. */
    static Subprocess ready(Path directory, Map<String, String> variables, Path file, Path javaHome)
            throws IOException {
        Subprocess process = by(directory, variables, file, javaHome);
        process.awaitLine("Accepting new connections", LIMIT);
        return process;
    }

    /** The same, and it may end at once. */
    static Subprocess by(Path directory, Map<String, String> variables, Path file, Path javaHome) throws IOException {
        return Subprocess.start(
                "stunnel",
                builder(
                        directory,
                        variables,
                        ChildJvm.command(javaHome, StunnelProgram.class, options(directory)),
                        file.toString()));
    }

    private static List<String> program(Path directory, List<String> starter) {
        List<String> command = new ArrayList<>(starter);
        command.addAll(ChildJvm.command(StunnelProgram.class, options(directory)));
        return command;
    }

    private static List<String> options(Path directory) {
        return List.of("-Xmx128m", "-Duser.home=" + directory, "-Duser.name=somebody");
    }

    private static ProcessBuilder builder(
            Path directory, Map<String, String> variables, List<String> program, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(ChildProgram.withSignals());
        command.addAll(program);
        command.add(StunnelCommand.NAME);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(FERRULE|NOTIFY|WATCHDOG|LISTEN|XDG|STATE)_.*"));
        builder.environment().putAll(variables);
        return builder;
    }

    /** Starts it and waits until it says that it is ready, which takes {@code debug = info} or more. */
    static Subprocess ready(Path directory, Path file) throws IOException {
        Subprocess process = start(directory, file.toString());
        process.awaitLine("Accepting new connections", LIMIT);
        return process;
    }

    /** Writes a configuration that logs everything to stderr. */
    static Path write(Path directory, String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of("foreground = yes", "syslog = no", "debug = 7"));
        all.addAll(List.of(lines));
        return Files.write(directory.resolve("stunnel.conf"), all);
    }
}
