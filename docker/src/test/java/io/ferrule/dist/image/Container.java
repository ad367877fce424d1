package io.ferrule.dist.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.CommandResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/** A container, driven by docker's command as a person does it; closing it takes it away with its volumes without a name. */
final class Container implements AutoCloseable {
    /** As the manual confines it. */
    static final List<String> CONFINED =
            List.of("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=10001:10001");

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String id;

    private Container(String id) {
        this.id = id;
    }

    /** Runs a command of the client to its end. */
    static CommandResult docker(String... words) {
        return CommandResult.of(
                Stream.concat(Stream.of("docker"), Stream.of(words)).toArray(String[]::new));
    }

    /** Runs a container to its end, and takes it away. */
    static CommandResult run(List<String> options, String image, String... command) {
        return docker(words(List.of("run", "--rm"), options, image, command));
    }

    static Container start(List<String> options, String image, String... command) {
        String said = docker(words(List.of("run", "--detach"), options, image, command))
                .orFail()
                .strip();
        return new Container(said.substring(said.lastIndexOf('\n') + 1)); // the engine's warnings stand before it
    }

    private static String[] words(List<String> before, List<String> options, String image, String... command) {
        return Stream.of(before.stream(), options.stream(), Stream.of(image), Stream.of(command))
                .flatMap(words -> words)
                .toArray(String[]::new);
    }

    /** As another container joins its namespaces. */
    String reference() {
        return "container:" + id;
    }

    CommandResult exec(String... command) {
        return docker(Stream.concat(Stream.of("exec", id), Stream.of(command)).toArray(String[]::new));
    }

    String log() {
        return docker("logs", id).orFail();
    }

    /** Waits until its log has this text; one that never has it is taken away. */
    Container awaitLog(String text) {
        try {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(log()).contains(text));
        } catch (ConditionTimeoutException never) {
            close();
            throw never;
        }
        return this;
    }

    /** A fact by a template, or all facts by an empty one. */
    String inspect(String template) {
        return (template.isEmpty() ? docker("inspect", id) : docker("inspect", "--format", template, id))
                .orFail()
                .strip();
    }

    Container awaitHealth(String health) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(inspect("{{.State.Health.Status}}"))
                .isEqualTo(health));
        return this;
    }

    /** The port of this machine's 127.0.0.1 that one of the container's is published on. */
    int port(int inside) {
        String address = docker("port", id, inside + "/tcp").orFail().strip();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** Its own memory at the highest, in bytes, where the kernel shows that to this test. */
    Optional<Long> peakBytes() {
        return Stream.of(
                        "memory/docker/" + id + "/memory.max_usage_in_bytes",
                        "system.slice/docker-" + id + ".scope/memory.peak",
                        "docker/" + id + "/memory.peak")
                .map(Path.of("/sys/fs/cgroup")::resolve)
                .filter(Files::isReadable)
                .map(Container::number)
                .findFirst();
    }

    private static Long number(Path file) {
        try {
            return Long.valueOf(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to stop, and kills it when it has not within twenty seconds. */
    void stop() {
        docker("stop", "--time=20", id).orFail();
    }

    @Override
    public void close() {
        docker("rm", "--force", "--volumes", id).orFail();
    }
}
