package io.ferrule.app;

import io.ferrule.testing.ChildJvm;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link EchoProgram} as a child process, with its standard output as a pipe that the test may neglect. */
final class ChildProgram implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listen(?:=|\":\")127\\.0\\.0\\.1:(\\d+)");

    /** JUnit's time limits interrupt, which does not end the reading of a pipe; the end of the writer does. */
    private static final int LIFETIME_SECONDS = 50;

    private final Process process;
    private final Path stderr;
    final BufferedReader stdout;

    /** Starts {@code proxy-server WORDS} with JVM options first. */
    ChildProgram(Path directory, List<String> jvmOptions, String... words) throws IOException {
        this(directory, List.of(), Map.of(), jvmOptions, words);
    }

    /**
     * Starts it as a service manager does.
     *
     * @param starter a command that becomes the program; empty starts it at once
     * @param variables what the manager says
     */
    ChildProgram(
            Path directory,
            List<String> starter,
            Map<String, String> variables,
            List<String> jvmOptions,
            String... words)
            throws IOException {
        stderr = Files.createTempFile(directory, "stderr", ".txt");
        List<String> command = new ArrayList<>(withSignals());
        command.addAll(starter);
        command.addAll(ChildJvm.command(EchoProgram.class, jvmOptions));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(stderr.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(FERRULE|NOTIFY|WATCHDOG|LISTEN)_.*"));
        builder.environment().putAll(variables);
        builder.environment().put("STATE_DIRECTORY", directory.resolve("state").toString());
        process = builder.start();
        CompletableFuture.delayedExecutor(LIFETIME_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        stdout = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * A JVM leaves signals alone that its parent ignores, as nohup and a shell's background jobs do; GNU's env takes that
     * back. Elsewhere the tests are at the mercy of whoever started them.
     */
    static List<String> withSignals() throws IOException {
        List<String> env = List.of("env", "--default-signal=HUP,INT,TERM");
        try {
            List<String> trial = new ArrayList<>(env);
            trial.add("true");
            Process tried = new ProcessBuilder(trial).redirectErrorStream(true).start();
            return tried.waitFor() == 0 ? env : List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Reads the log up to the line that tells the port. */
    int port() throws IOException {
        Matcher matcher = LISTENING.matcher(lineWith("listen"));
        if (!matcher.find()) {
            throw new IOException("no port told");
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Reads the log up to a line that contains the text, and returns that. */
    String lineWith(String text) throws IOException {
        String last = "";
        for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
            if (line.contains(text)) {
                return line;
            }
            last = line;
        }
        throw new IOException("the log ended without \"" + text + "\" but with \"" + last + "\"; " + errors());
    }

    /** Everything on the log from here to its end. */
    List<String> rest() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    Peer connect(int port) throws IOException {
        return Peer.tls(port, JdkTls.anonymous());
    }

    void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("kill -" + name + " failed");
        }
    }

    /** The exit code; -1 if it has not ended after so many seconds. */
    int exit(int seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    boolean runs() {
        return process.isAlive();
    }

    String errors() throws IOException {
        return Files.readString(stderr);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
