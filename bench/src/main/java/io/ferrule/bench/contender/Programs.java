package io.ferrule.bench.contender;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs of this machine: found, and run to their end. */
public final class Programs {
    private Programs() {}

    /** The first of these names that is on the path, or where Debian puts daemons. */
    public static Optional<String> find(String... names) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(names)
                .flatMap(name -> Stream.of((path + ":/usr/sbin:/usr/local/sbin").split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** Runs a program for a minute at most and returns what it wrote, errors too; throws that if it fails. */
    public static String output(String... command) throws IOException {
        return output(List.of(command));
    }

    public static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + said.strip());
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.get(0) + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The first line with this word of what a program says, or all of nothing. */
    static String line(String word, String... command) throws IOException {
        return output(command)
                .lines()
                .filter(line -> line.contains(word))
                .findFirst()
                .map(String::strip)
                .orElse("unknown");
    }
}
