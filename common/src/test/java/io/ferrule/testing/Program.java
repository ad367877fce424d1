package io.ferrule.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One of the two packaged programs, started as a person starts it: {@code java -jar}. Closing it asserts that nothing leaked
 * and that the JVM had nothing to warn of.
 */
public final class Program implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Subprocess process;
    private final int listenPort;
    private final int adminPort;

    private Program(Subprocess process, int listenPort, int adminPort) {
        this.process = process;
        this.listenPort = listenPort;
        this.adminPort = adminPort;
    }

    /** Starts {@code proxy-server run} and waits until it is live; on free ports unless {@code --listen} is given. */
    public static Program server(Path directory, String... arguments) {
        return run("server", directory, arguments);
    }

    /** Starts {@code proxy-client run} and waits until it is live; on free ports unless {@code --listen} is given. */
    public static Program client(Path directory, String... arguments) {
        return run("client", directory, arguments);
    }

    private static Program run(String which, Path directory, String... arguments) {
        int listenPort = Ports.free();
        int adminPort = Ports.free();
        List<String> all = new ArrayList<>(List.of("run", "--admin", "127.0.0.1:" + adminPort));
        List<String> given = List.of(arguments);
        if (!given.contains("--listen")) {
            all.addAll(List.of("--listen", "127.0.0.1:" + listenPort));
        }
        all.addAll(given);
        Program program =
                new Program(Subprocess.start("proxy-" + which, command(which, directory, all)), listenPort, adminPort);
        try {
            program.awaitLive();
            return program;
        } catch (AssertionError notLive) {
            program.process.close();
            throw notLive;
        }
    }

    /** Runs a command of a program to its end, such as one that must fail. */
    public static CommandResult toItsEnd(String which, Path directory, String... arguments) {
        try (Subprocess process = Subprocess.start("proxy-" + which, command(which, directory, List.of(arguments)))) {
            int exitCode = process.awaitExit(START_LIMIT);
            assertNoWarnings(process);
            return new CommandResult(exitCode, process.output());
        }
    }

    /**
     * How a program is started in a directory, for tests that treat its streams in their own way. Arguments such as
     * {@code -Xmx64m} are the JVM's.
     *
     * @param which {@code server} or {@code client}
     */
    public static ProcessBuilder command(String which, Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("it.java", System.getProperty("java.home") + "/bin/java"),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.netty.leakDetection.level=" + System.getProperty("it.leakDetection", "paranoid")));
        command.addAll(arguments.stream().filter(a -> a.startsWith("-X")).toList());
        command.addAll(List.of("-jar", jar(which).toString()));
        command.addAll(arguments.stream().filter(a -> !a.startsWith("-X")).toList());
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("FERRULE_") || name.endsWith("JAVA_OPTIONS"));
        return builder;
    }

    /** Where {@code mvn package} puts a program; the property {@code it.server.jar} or {@code it.client.jar} tells. */
    public static Path jar(String which) {
        Path jar = Path.of(Objects.requireNonNullElse(
                        System.getProperty("it." + which + ".jar"),
                        "../proxy-" + which + "/target/proxy-" + which + ".jar"))
                .toAbsolutePath()
                .normalize();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " does not exist: run mvn package first");
        }
        return jar;
    }

    public int port() {
        return listenPort;
    }

    public String address() {
        return "127.0.0.1:" + listenPort;
    }

    public int adminPort() {
        return adminPort;
    }

    /** The process below, for signals, output and exit status. */
    public Subprocess process() {
        return process;
    }

    /** The status of a page of the admin listener; 0 if nothing answers. */
    public int status(String path) {
        try {
            return get(path).statusCode();
        } catch (IOException notThere) {
            return 0;
        }
    }

    /** The text of a page of the admin listener. */
    public String page(String path) throws IOException {
        return get(path).body();
    }

    /** Waits until a page of the admin listener has this status. */
    public void awaitStatus(String path, int status, Duration limit) {
        org.awaitility.Awaitility.await(path + " to be " + status)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> status(path) == status);
    }

    private HttpResponse<String> get(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void awaitLive() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (status("/livez") != 200) {
            if (!process.alive()) {
                throw new AssertionError(process.name() + " ended with status "
                        + process.awaitExit(Duration.ofSeconds(1)) + ":\n" + process.output());
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        process.name() + " is not live within " + START_LIMIT + ":\n" + process.output());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(30).toNanos());
        }
    }

    /** Asks it to stop and waits for its exit status. */
    public int stop(Duration limit) {
        process.terminate();
        return process.awaitExit(limit);
    }

    @Override
    public void close() {
        process.close();
        assertNoWarnings(process);
    }

    private static void assertNoWarnings(Subprocess process) {
        assertThat(process.lines())
                .as("output of %s", process.name())
                .noneMatch(line -> line.contains("LEAK"))
                .noneMatch(line -> line.contains("WARNING:"))
                .noneMatch(line -> line.contains("OpenJDK") && line.contains("warning"));
    }
}
