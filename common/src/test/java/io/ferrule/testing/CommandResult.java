package io.ferrule.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a command that runs to its end printed and returned. */
public record CommandResult(int exitCode, String output) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Runs a command to its end, with nothing on its stdin. */
    public static CommandResult of(String... command) {
        return of(LIMIT, List.of(command), new byte[0]);
    }

    /** Runs a command to its end within a limit, with {@code input} on its stdin. */
    public static CommandResult of(Duration limit, List<String> command, byte[] input) {
        try (Subprocess process = Subprocess.start(command.get(0), new ProcessBuilder(command))) {
            feed(process, input);
            int exitCode = process.awaitExit(limit);
            return new CommandResult(exitCode, process.output());
        }
    }

    /** The output, if the command succeeded. */
    public String orFail() {
        if (exitCode != 0) {
            throw new AssertionError("exit status " + exitCode + ":\n" + output);
        }
        return output;
    }

    /** Where a command is on the PATH, or in the folders for daemons that a user's PATH may lack. */
    public static Optional<Path> find(String command) {
        @Nullable String path = System.getenv("PATH");
        return Arrays.stream(
                        ((path == null ? "" : path) + ":/usr/sbin:/usr/local/sbin:/sbin").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void feed(Subprocess process, byte[] input) {
        try (var stdin = process.stdin()) {
            stdin.write(input);
        } catch (IOException ended) {
            // It did not want all of it; its exit status tells.
        }
    }
}
