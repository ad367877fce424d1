package io.ferrule.dist.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsDocker;
import io.ferrule.testing.Peer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How the image's programs run, confined as the manual does it, beside a Redis. */
@NeedsDocker({"jdk", "base", "redis"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> SMALL = List.of("--memory=96m", "--memory-swap=96m");
    private static final String ANYONE = "--env=FERRULE_ACCESS=anyone";
    private static final String[] SERVER = {"server", "run"};
    private static final String[] CLIENT = {"client", "run"};

    private final String volume = "ferrule-test-" + UUID.randomUUID();
    private RedisPod pod;

    @BeforeAll
    void start() {
        pod = new RedisPod();
    }

    @AfterAll
    void stop() {
        pod.close();
        Container.docker("volume", "rm", "--force", volume);
    }

    @Test
    void smallServerCarriesAThousandConnections() throws Exception {
        try (Container server = pod.start(with(SMALL, ANYONE), SERVER).awaitLog("listening")) {
            int port = pod.serverPort();
            try (var crowd = Crowd.of(1_000, () -> Peer.tls(port, JdkTls.anonymous()))) {
                crowd.talk();
                crowd.talk();
            }
            assertUnharmed(server);
        }
    }

    @Test
    void smallClientCarriesAThousandConnections() throws Exception {
        try (Container server = pod.start(List.of(ANYONE), SERVER).awaitLog("listening");
                Container client = pod.start(
                                with(
                                        SMALL,
                                        "--env=FERRULE_TARGET=127.0.0.1:46379",
                                        "--env=FERRULE_PIN=" + pin(server),
                                        "--env=FERRULE_LISTEN=0.0.0.0:56379",
                                        "--env=FERRULE_INSECURE_PLAINTEXT=true"),
                                CLIENT)
                        .awaitLog("listening")) {
            int port = pod.clientPort();
            try (var crowd = Crowd.of(1_000, () -> Peer.plain(port))) {
                crowd.talk();
                crowd.talk();
            }
            assertUnharmed(client);
        }
    }

    @Test
    void containerIsHealthyAsLongAsRedisAnswers() {
        try (RedisPod mortal = new RedisPod();
                Container server = mortal.start(
                        List.of(ANYONE, "--health-interval=1s", "--health-retries=1", "--health-start-period=0s"),
                        SERVER)) {
            server.awaitHealth("healthy");
            assertThat(server.exec("ferrule", "health"))
                    .isEqualTo(new CommandResult(0, "ready\ndefault: ok: 127.0.0.1:6379 accepts connections"));
            mortal.stopRedis();
            server.awaitHealth("unhealthy");
            CommandResult health = server.exec("ferrule", "health");
            assertThat(health.exitCode()).isEqualTo(1);
            assertThat(health.output())
                    .startsWith("not ready\ndefault: failed: ")
                    .contains("connection refused");
            assertThat(server.exec("ferrule", "health", "live").exitCode()).isZero();
        }
    }

    @Test
    void containersThatShareNetworkAndProcessesAnswerEachForItself() {
        try (Container well = pod.start(List.of(ANYONE), SERVER).awaitLog("listening");
                Container ill = pod.start(
                                List.of(
                                        ANYONE,
                                        "--pid=" + well.reference(),
                                        "--env=FERRULE_LISTEN=127.0.0.1:46380",
                                        "--env=FERRULE_TARGET=127.0.0.1:1"),
                                SERVER)
                        .awaitLog("listening")) {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(ill.exec("ferrule", "health"))
                    .matches(r -> r.exitCode() == 1 && r.output().contains("127.0.0.1:1:")));
            assertThat(well.exec("ferrule", "health"))
                    .isEqualTo(new CommandResult(0, "ready\ndefault: ok: 127.0.0.1:6379 accepts connections"));
        }
    }

    @Test
    void stopLetsAnOpenConnectionFinish() throws Exception {
        try (Container server = pod.start(List.of(ANYONE), SERVER).awaitLog("listening");
                Peer open = Peer.tls(pod.serverPort(), JdkTls.anonymous())) {
            assertThat(open.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::stop);
            server.awaitLog("draining");
            assertThat(open.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
            open.close();
            stopped.join();
            assertThat(server.inspect("{{.State.ExitCode}}")).isEqualTo("0");
            assertThat(server.log().strip().lines().reduce("", (before, line) -> line))
                    .contains(" stopped ")
                    .contains("cut=0");
        }
    }

    @Test
    void newContainerOnTheSameVolumeHasTheSamePin() {
        String mount = "--volume=" + volume + ":/var/lib/ferrule";
        String before;
        try (Container first = pod.start(List.of(ANYONE, mount), SERVER).awaitLog("listening")) {
            before = pin(first);
        }
        try (Container second = pod.start(List.of(ANYONE, mount), SERVER).awaitLog("listening")) {
            assertThat(pin(second)).isEqualTo(before);
        }
        try (Container stranger = pod.start(List.of(ANYONE), SERVER).awaitLog("listening")) {
            assertThat(pin(stranger)).isNotEqualTo(before);
        }
    }

    @Test
    void secretInAFileIsUsedAndNotShown() throws Exception {
        String pins = "ferrule-test-" + UUID.randomUUID();
        try (Container server = pod.start(
                        List.of(
                                "--env=FERRULE_CLIENT_PIN_FILE=/pins/client.pin",
                                "--env=FERRULE_PUBLISH_PIN=/pins/server.pin",
                                "--volume=" + withClientKey(pins) + ":/pins"),
                        SERVER)
                .awaitLog("listening")) {
            List<String> told = List.of(
                    "--env=FERRULE_TARGET=127.0.0.1:46379",
                    "--env=FERRULE_PIN_FILE=/run/secrets/server.pin",
                    "--env=FERRULE_CERTIFICATE_FILE=/run/secrets/client.crt",
                    "--env=FERRULE_KEY_FILE=/run/secrets/client.key",
                    "--env=FERRULE_LISTEN=0.0.0.0:56379",
                    "--env=FERRULE_INSECURE_PLAINTEXT=true",
                    "--volume=" + pins + ":/run/secrets:ro");
            try (Container client = pod.start(told, CLIENT).awaitLog("listening");
                    Peer peer = Peer.plain(pod.clientPort())) {
                assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
                assertThat(client.inspect("")).contains("/run/secrets").doesNotContain("PRIVATE KEY", pin(server));
                assertThat(client.log()).doesNotContain("PRIVATE KEY");
            }
        } finally {
            Container.docker("volume", "rm", "--force", pins).orFail();
        }
    }

    /** Makes a client's key in a volume, which takes over the owner of the image's /pins. */
    private static String withClientKey(String volume) {
        Container.run(
                        with(Container.CONFINED, "--network=none", "--volume=" + volume + ":/pins"),
                        FerruleImage.name(),
                        "client",
                        "certificate",
                        "--out-certificate=/pins/client.crt",
                        "--out-key=/pins/client.key",
                        "--out-pin=/pins/client.pin")
                .orFail();
        return volume;
    }

    /** As an operator asks for it. */
    private static String pin(Container server) {
        String said = server.exec("proxy-server", "pin", "/var/lib/ferrule/default.crt")
                .orFail();
        return said.lines()
                .flatMap(line -> List.of(line.strip().split("\\s+")).stream())
                .filter(word -> word.startsWith("sha256/"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pin in: " + said));
    }

    private static void assertUnharmed(Container container) {
        container.peakBytes().ifPresent(bytes -> System.out.println("[image] at most " + bytes / 1024 / 1024 + " MiB"));
        assertThat(container.inspect("{{.State.Running}} {{.State.OOMKilled}} {{.RestartCount}}"))
                .as(container.log())
                .isEqualTo("true false 0");
        assertThat(container.exec("ferrule", "health").exitCode()).isZero();
    }

    private static List<String> with(List<String> options, String... more) {
        return Stream.concat(options.stream(), Stream.of(more)).toList();
    }
}
