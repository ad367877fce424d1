package io.ferrule.dist.compose;

import io.ferrule.dist.image.FerruleImage;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.Manual;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A project of our compose files under a name of its own, driven as a person does it; closing it leaves nothing behind. */
final class ComposeStack implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final String project =
            "ferrule-test-" + UUID.randomUUID().toString().substring(0, 8);
    private final int prometheusPort = Ports.free();
    private final List<String> compose;

    /** Of files in docker/. */
    ComposeStack(String... files) {
        compose = new ArrayList<>(program());
        compose.addAll(List.of("--project-name", project));
        for (String file : files) {
            compose.addAll(List.of(
                    "--file", Manual.root().resolve("docker").resolve(file).toString()));
        }
    }

    /** {@code docker compose} where the client has it, else Debian 12's {@code docker-compose}; left out without either. */
    static List<String> program() {
        boolean plugin = CommandResult.find("docker").isPresent()
                && CommandResult.of("docker", "compose", "version").exitCode() == 0;
        if (plugin) {
            return List.of("docker", "compose");
        }
        if (CommandResult.find("docker-compose").isPresent()) {
            return List.of("docker-compose");
        }
        String reason = "neither \"docker compose\" nor docker-compose is installed";
        if (LeftOut.nothingMayBe()) {
            throw new IllegalStateException(reason);
        }
        throw LeftOut.skip("compose files", reason);
    }

    /** Runs a command of compose to its end. */
    CommandResult run(String... arguments) {
        return command(Stream.concat(compose.stream(), Arrays.stream(arguments)).toList());
    }

    /** Starts services, or all, in the order of their health, from images that are there. */
    ComposeStack up(String... services) {
        List<String> arguments = new ArrayList<>(List.of("up", "--detach", "--no-build"));
        arguments.addAll(List.of(services));
        CommandResult up = run(arguments.toArray(String[]::new));
        if (up.exitCode() != 0) {
            throw new AssertionError("up failed: " + up.output() + "\n"
                    + run("logs", "--no-color").output());
        }
        return this;
    }

    /** All that a service has said. */
    String log(String service) {
        return docker("logs", container(service)).orFail();
    }

    /** A container's fact by a template of {@code docker inspect}. */
    String inspect(String service, String template) {
        return docker("inspect", "--format", template, container(service))
                .orFail()
                .strip();
    }

    String container(String service) {
        return run("ps", "--all", "--quiet", service).orFail().strip();
    }

    List<String> services() {
        return run("config", "--services").orFail().lines().map(String::strip).toList();
    }

    String network(String name) {
        return project + "_" + name;
    }

    String volume(String name) {
        return project + "_" + name;
    }

    int prometheusPort() {
        return prometheusPort;
    }

    /** Runs a command of the client to its end. */
    CommandResult docker(String... arguments) {
        return command(
                Stream.concat(Stream.of("docker"), Arrays.stream(arguments)).toList());
    }

    @Override
    public void close() {
        run("down", "--volumes", "--remove-orphans", "--timeout", "1");
    }

    private CommandResult command(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("FERRULE_IMAGE", FerruleImage.name());
        builder.environment().put("REDIS_IMAGE", TestImages.redis());
        builder.environment().put("PROMETHEUS_IMAGE", TestImages.prometheus());
        builder.environment().put("PROMETHEUS_PORT", Integer.toString(prometheusPort));
        try (Subprocess process = Subprocess.start(command.get(0), builder)) {
            int exitCode = process.awaitExit(LIMIT);
            return new CommandResult(exitCode, process.output());
        }
    }
}
