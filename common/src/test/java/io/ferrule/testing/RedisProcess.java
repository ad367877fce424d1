package io.ferrule.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A redis-server that is our own child process. */
final class RedisProcess implements RedisUnderTest {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path binary;
    private final Path directory;
    private final int port = Ports.free();
    private Subprocess process;

    private RedisProcess(Path binary) {
        this.binary = binary;
        this.directory = Directories.temporary("ferrule-redis");
        this.process = launch();
    }

    static RedisProcess start(Path binary) {
        return new RedisProcess(binary);
    }

    private Subprocess launch() {
        Subprocess started = Subprocess.start(
                "redis-server",
                directory,
                List.of(
                        binary.toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--unixsocket",
                        directory.resolve("redis.sock").toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--maxclients",
                        "12000",
                        "--tcp-backlog",
                        "4096"));
        started.awaitLine("[Rr]eady to accept connections", START_LIMIT);
        return started;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Optional<Path> unixSocket() {
        return Optional.of(directory.resolve("redis.sock"));
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void restart() {
        process = launch();
    }

    @Override
    public void close() {
        process.kill(); // there is nothing to save
        Directories.delete(directory);
    }
}
