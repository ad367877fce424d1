package io.ferrule.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis on a free port of 127.0.0.1, with nothing kept on disk. The property {@code test.redis} says where it comes
 * from: {@code local} (redis-server on the PATH), {@code embedded} (the binary inside a Maven artifact), {@code docker}, or
 * {@code auto}, the default: local, else embedded. One line says which was taken and why.
 */
public sealed interface RedisUnderTest extends AutoCloseable permits RedisProcess, RedisContainer {

    /** Starts one and waits until it answers PING. */
    static RedisUnderTest start() {
        return start(System.getProperty("test.redis", "auto"));
    }

    /** Starts one from where {@code choice} says: auto, local, embedded or docker. */
    static RedisUnderTest start(String choice) {
        return switch (choice) {
            case "auto" ->
                CommandResult.find("redis-server")
                        .map(found -> process(found, found + ", found on the PATH"))
                        .orElseGet(() -> process(
                                embeddedBinary(), "the embedded binary, because no redis-server is on the PATH"));
            case "local" ->
                process(
                        CommandResult.find("redis-server")
                                .orElseThrow(() -> new IllegalStateException(
                                        "-Dtest.redis=local, but no redis-server is on the PATH")),
                        "redis-server on the PATH, as -Dtest.redis=local asks");
            case "embedded" -> process(embeddedBinary(), "the embedded binary, as asked");
            case "docker" -> container();
            default ->
                throw new IllegalArgumentException(
                        "-Dtest.redis=" + choice + " is none of auto, local, embedded, docker");
        };
    }

    int port();

    /** {@code 127.0.0.1:port}, as a target. */
    default String address() {
        return "127.0.0.1:" + port();
    }

    /** Its Unix socket; a container has none. */
    Optional<Path> unixSocket();

    /** Kills it as {@code kill -9} does; connections break off. */
    void kill();

    /** Starts it again, empty, on the same port, after {@link #kill}. */
    void restart();

    @Override
    void close();

    private static RedisUnderTest process(Path binary, String why) {
        RedisProcess redis = RedisProcess.start(binary);
        System.out.println("[redis] " + redis.address() + " is " + why);
        return redis;
    }

    private static RedisUnderTest container() {
        String image = TestImages.redis();
        DockerEngine.whyNot(image).ifPresent(reason -> {
            throw new IllegalStateException("test.redis=docker, but " + reason);
        });
        RedisContainer redis = RedisContainer.start(image);
        System.out.println("[redis] " + redis.address() + " is a container of " + image + ", as asked");
        return redis;
    }

    /** Unpacks the binary for this machine out of the artifact. */
    private static Path embeddedBinary() {
        try {
            Path binary =
                    ExecutableProvider.newJarResourceProvider().get().toPath().toAbsolutePath();
            if (!Files.isExecutable(binary)) {
                throw new IOException(binary + " is not executable");
            }
            return binary;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack the embedded redis-server", e);
        }
    }
}
