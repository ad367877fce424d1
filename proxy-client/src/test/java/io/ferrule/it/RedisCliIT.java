package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Subprocess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's redis-cli, which knows nothing of TLS here, through the pair. */
@NeedsCommand("redis-cli")
class RedisCliIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static RedisPair redis;

    @BeforeAll
    static void start() {
        redis = new RedisPair();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void pingIsAnswered() {
        assertThat(redis.cli("PING")).isEqualTo("PONG");
    }

    @Test
    void valueSetIsTheValueRead() {
        assertThat(redis.cli("SET", "greeting", "hello")).isEqualTo("OK");
        assertThat(redis.cli("GET", "greeting")).isEqualTo("hello");
    }

    @Test
    void valueOf64MegabytesComesBackUnchanged(@TempDir Path directory) throws IOException {
        byte[] value = Bytes.random(64 << 20, 64);
        assertThat(redis.cli(value, "-x", "SET", "large")).isEqualTo("OK");
        Path answer = directory.resolve("answer");
        ProcessBuilder get = new ProcessBuilder(redis.cliCommand("GET", "large")).redirectOutput(answer.toFile());
        try (Subprocess cli = Subprocess.start("redis-cli", get)) {
            assertThat(cli.awaitExit(Duration.ofMinutes(1))).isZero();
        }
        assertThat(Files.size(answer)).as("the value and a line feed").isEqualTo(value.length + 1L);
        try (InputStream in = Files.newInputStream(answer)) {
            assertThat(Bytes.of(in.readNBytes(value.length))).isEqualTo(Bytes.of(value));
        }
        redis.cli("DEL", "large");
    }

    @Test
    void hundredThousandPipelinedCommandsAreAllAnswered() {
        String commands = IntStream.range(0, 100_000)
                .mapToObj(i -> "SET pipe:" + i + " value:" + i + "\r\n")
                .collect(Collectors.joining());
        assertThat(redis.cli(commands.getBytes(StandardCharsets.US_ASCII), "--pipe"))
                .contains("errors: 0, replies: 100000");
        assertThat(redis.cli("GET", "pipe:99999")).isEqualTo("value:99999");
    }

    @Test
    void subscriberGetsWhatIsPublished() {
        try (Subprocess subscriber = redis.startCli("SUBSCRIBE", "news")) {
            subscriber.awaitLine("subscribe", LIMIT);
            assertThat(redis.cli("PUBLISH", "news", "first")).contains("1");
            subscriber.awaitLine("first", LIMIT);
        }
    }

    @Test
    void transactionIsExecutedWhole() {
        byte[] commands = "MULTI\nINCR counter\nINCRBY counter 41\nEXEC\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(redis.cli(commands).lines())
                .containsSequence(List.of("OK", "QUEUED", "QUEUED"))
                .contains("1", "42");
    }

    @Test
    void blockedPopGetsWhatIsPushedLater() {
        try (Subprocess popper = redis.startCli("BLPOP", "queue", "0")) {
            Awaitility.await("a blocked client").atMost(LIMIT).until(() -> redis.cli("INFO", "clients")
                    .contains("blocked_clients:1"));
            redis.cli("LPUSH", "queue", "job");
            popper.awaitLine("job", LIMIT);
            assertThat(popper.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void blockedPopThatTimesOutIsAnsweredAfterItsSilence() {
        long begin = System.nanoTime();
        assertThat(redis.cli("BLPOP", "nothing", "3")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(2_900));
    }
}
