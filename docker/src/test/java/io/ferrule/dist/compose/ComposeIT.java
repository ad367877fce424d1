package io.ferrule.dist.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.KeyFiles;
import io.ferrule.dist.image.FerruleImage;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsDocker;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestImages;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** compose.yaml: Redis behind proxy-server, an application behind proxy-client. */
@NeedsDocker({"redis", "jdk", "base"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposeIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ComposeStack stack = new ComposeStack("compose.yaml");

    @BeforeAll
    void up() {
        stack.up();
    }

    @AfterAll
    void down() {
        stack.close();
    }

    @Test
    void applicationShowsPongs() {
        awaitPongs(2);
    }

    @Test
    void nothingIsPublishedAndOnlyTheTunnelIsReached() {
        assertThat(stack.services()).isNotEmpty().allSatisfy(service -> assertThat(
                        stack.inspect(service, "{{json .HostConfig.PortBindings}}"))
                .as(service)
                .isIn("{}", "null"));
        assertThat(redisCli("--network=" + stack.network("tunnel"), "-h", "proxy-server", "-p", "6379"))
                .contains("Connection refused");
        assertThat(redisCli("--network=" + stack.network("tunnel"), "-h", "proxy-client", "-p", "56379"))
                .contains("Connection refused");
    }

    @Test
    void everyContainerIsConfined() {
        assertThat(stack.services()).allSatisfy(service -> {
            assertThat(stack.inspect(service, "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}"))
                    .as(service)
                    .isEqualTo("true [ALL]");
            assertThat(stack.inspect(service, "{{.HostConfig.SecurityOpt}}")).contains("no-new-privileges");
            assertThat(stack.inspect(service, "{{.Config.User}}")).as(service).isIn("10001:10001", "redis");
        });
    }

    @Test
    void clientWithAnotherKeyIsRefused(@TempDir Path directory) {
        KeyFiles keys = TestCertificates.selfSigned("stranger").writeTo(directory, "stranger");
        String stranger = stack.docker(
                        "run",
                        "--detach",
                        "--network=" + stack.network("tunnel"),
                        "--user=0:0",
                        "--volume=" + directory + ":/keys:ro",
                        "--volume=" + stack.volume("pins") + ":/pins:ro",
                        FerruleImage.name(),
                        "client",
                        "run",
                        "--target=proxy-server:46379",
                        "--certificate=/keys/" + keys.certificate().getFileName(),
                        "--key=/keys/" + keys.key().getFileName(),
                        "--pin=" + publishedPin("server"))
                .orFail()
                .strip();
        try {
            await().atMost(LIMIT)
                    .until(() -> stack.docker("logs", stranger).output().contains("listening"));
            assertThat(redisCli("--network=container:" + stranger, "-p", "56379"))
                    .doesNotContain("PONG")
                    .containsAnyOf("closed", "reset");
        } finally {
            stack.docker("rm", "--force", "--volumes", stranger);
        }
        await().atMost(LIMIT).until(() -> stack.log("proxy-server").contains("handshakeFailure=pin_mismatch"));
    }

    @Test
    void redisComesBackAfterARestartAndTheApplicationWithIt() {
        awaitPongs(1);
        String before = stack.inspect("redis", "{{.State.StartedAt}}");
        stack.run("restart", "redis").orFail();
        assertThat(stack.inspect("redis", "{{.State.StartedAt}}")).isNotEqualTo(before);
        awaitPongs(pongs() + 2);
    }

    @Test
    void stopDrainsBothAndTheNextUpKeepsKeysAndPins() {
        String serverPin = publishedPin("server");
        String clientPin = publishedPin("client");
        stack.run("stop").orFail();
        for (String program : new String[] {"proxy-server", "proxy-client"}) {
            assertThat(stack.inspect(program, "{{.State.ExitCode}}"))
                    .as(program)
                    .isEqualTo("0");
            assertThat(stack.log(program).lines().filter(l -> !l.isBlank()).reduce("", (a, b) -> b))
                    .as(program)
                    .contains(" stopped ")
                    .contains("cut=0");
        }
        int before = pongs();
        stack.up();
        awaitPongs(before + 1);
        assertThat(publishedPin("server")).startsWith("sha256/").isEqualTo(serverPin);
        assertThat(publishedPin("client")).startsWith("sha256/").isEqualTo(clientPin);
    }

    private void awaitPongs(int count) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(pongs()).isGreaterThanOrEqualTo(count));
    }

    private int pongs() {
        return (int) stack.log("app").lines().filter("PONG"::equals).count();
    }

    /** What a PING from a container of its own says. */
    private String redisCli(String network, String... where) {
        String[] command = new String[where.length + 6];
        System.arraycopy(new String[] {"run", "--rm", network, TestImages.redis(), "redis-cli"}, 0, command, 0, 5);
        System.arraycopy(where, 0, command, 5, where.length);
        command[command.length - 1] = "PING";
        CommandResult ping = stack.docker(command);
        return ping.output();
    }

    private String publishedPin(String of) {
        return stack.docker(
                        "run",
                        "--rm",
                        "--volume=" + stack.volume("pins") + ":/pins:ro",
                        TestImages.redis(),
                        "cat",
                        "/pins/" + of + ".pin")
                .orFail()
                .strip();
    }
}
