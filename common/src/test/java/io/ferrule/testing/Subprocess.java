package io.ferrule.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A child process whose output is kept and can be waited for. Closing it, or the end of this JVM, ends it by its own handle;
 * nothing is ever ended by name.
 */
public final class Subprocess implements AutoCloseable {
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "end-child-processes"));
    }

    private final String name;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    private Subprocess(String name, Process process, boolean readStdout, boolean readStderr) {
        this.name = name;
        this.process = process;
        ALIVE.add(process);
        if (readStdout) {
            read(process.getInputStream());
        }
        if (readStderr) {
            read(process.getErrorStream());
        }
    }

    /** Starts a command in a directory, with the environment of this JVM. */
    public static Subprocess start(String name, Path directory, List<String> command) {
        return start(name, new ProcessBuilder(command).directory(directory.toFile()));
    }

    /** Starts what a builder describes, and keeps both of its outputs. */
    public static Subprocess start(String name, ProcessBuilder builder) {
        return start(name, builder, true);
    }

    /**
     * Starts what a builder describes.
     *
     * @param read false leaves both outputs to the caller (who may not read them at all)
     */
    public static Subprocess start(String name, ProcessBuilder builder, boolean read) {
        try {
            return new Subprocess(name, builder.start(), read, read);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + builder.command(), e);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** The process itself, for tests that treat its streams badly. */
    public Process process() {
        return process;
    }

    public OutputStream stdin() {
        return process.getOutputStream();
    }

    /** All lines so far, stdout and stderr in the order in which they were read. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    public String output() {
        return String.join("\n", lines());
    }

    /** Sends TERM, the usual way to ask a daemon to stop. */
    public void terminate() {
        process.toHandle()
                .destroy(); // Process.destroy closes the streams too, and with them goes what it says at its end
    }

    /** Sends KILL and waits until the process is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(10));
    }

    /** Sends a signal by its name, such as {@code STOP}. */
    public void signal(String signal) {
        CommandResult result = CommandResult.of("kill", "-" + signal, Long.toString(pid()));
        if (result.exitCode() != 0) {
            throw new AssertionError("kill -" + signal + " failed: " + result.output());
        }
    }

    /** Waits for the end and returns the exit status (128 + n after signal n). */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " has not ended within " + limit + "; its output:\n" + output());
            }
            for (Thread reader : readers) {
                reader.join(2_000); // a grandchild may hold the pipe open
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the end of " + name, e);
        }
        ALIVE.remove(process);
        return process.exitValue();
    }

    /** Waits for a line, old or new, in which the pattern is found. */
    public Matcher awaitLine(String regex, Duration limit) {
        return awaitLineOr(regex, limit)
                .orElseThrow(() -> new AssertionError(name + " printed no line with \"" + regex + "\" within " + limit
                        + "; its output:\n" + output()));
    }

    private Optional<Matcher> awaitLineOr(String regex, Duration limit) {
        Pattern pattern = Pattern.compile(regex);
        long deadline = System.nanoTime() + limit.toNanos();
        int seen = 0;
        synchronized (lines) {
            while (true) {
                for (; seen < lines.size(); seen++) {
                    Matcher matcher = pattern.matcher(lines.get(seen));
                    if (matcher.find()) {
                        return Optional.of(matcher);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                boolean over = readers.stream().noneMatch(Thread::isAlive);
                if (left <= 0 || over) {
                    return Optional.empty();
                }
                waitForLines(left);
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private void waitForLines(long millis) {
        try {
            lines.wait(Math.min(millis, 200));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while reading the output of " + name, e);
        }
    }

    private void read(InputStream stream) {
        Thread reader = new Thread(() -> readLines(stream), "output of " + name);
        reader.setDaemon(true);
        readers.add(reader);
        reader.start();
    }

    private void readLines(InputStream stream) {
        try (BufferedReader in = new BufferedReader(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException closed) {
            // The process has ended, or a test closed its stream on purpose.
        }
    }

    /** Asks the process to stop, and kills it if it has not after five seconds. */
    @Override
    public void close() {
        terminate();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        ALIVE.remove(process);
    }
}
