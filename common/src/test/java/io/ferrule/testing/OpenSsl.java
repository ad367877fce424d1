package io.ferrule.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real {@code openssl} command, for files and verdicts that are not our own invention. */
public final class OpenSsl {
    private final Path directory;

    private OpenSsl(Path directory) {
        this.directory = directory;
    }

    /** The command with a working directory; tests that use it carry {@code @NeedsCommand("openssl")}. */
    public static OpenSsl in(Path directory) {
        return new OpenSsl(directory);
    }

    /**
     * Runs it to its end.
     *
     * @param line arguments, parted by spaces
     * @return what it printed
     * @throws IllegalStateException with what it printed if it fails
     */
    public String run(String line) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(line.split(" ")));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException("openssl could not be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
