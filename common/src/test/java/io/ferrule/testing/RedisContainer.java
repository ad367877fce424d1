package io.ferrule.testing;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A Redis in a container, on a port that stays the same when it is started again. */
final class RedisContainer implements RedisUnderTest {
    private static final int INSIDE = 6379;

    private final int port = io.ferrule.testing.Ports.free();
    private final String image;
    private GenericContainer<?> container;

    private RedisContainer(String image) {
        this.image = image;
        this.container = launch();
    }

    static RedisContainer start(String image) {
        return new RedisContainer(image);
    }

    private GenericContainer<?> launch() {
        GenericContainer<?> started = new GenericContainer<>(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("redis"))
                .withExposedPorts(INSIDE)
                .withCommand("redis-server", "--save", "", "--protected-mode", "no", "--maxclients", "12000")
                .withCreateContainerCmdModifier(create -> Objects.requireNonNull(create.getHostConfig())
                        .withPortBindings(
                                new PortBinding(Binding.bindIpAndPort("127.0.0.1", port), new ExposedPort(INSIDE))))
                .waitingFor(Wait.forLogMessage(".*[Rr]eady to accept connections.*", 1))
                .withStartupTimeout(Duration.ofSeconds(30));
        started.start();
        return started;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Optional<Path> unixSocket() {
        return Optional.empty();
    }

    @Override
    public void kill() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
        container.stop();
    }

    @Override
    public void restart() {
        container = launch();
    }

    @Override
    public void close() {
        container.stop();
    }
}
