package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stock redis-benchmark; {@code -Dit.benchmark.requests=1000000} makes it the long run. */
@NeedsCommand("redis-benchmark")
@Timeout(1_200)
class RedisBenchmarkIT {
    private static final String REQUESTS = System.getProperty("it.benchmark.requests", "100000");
    private static RedisPair redis;

    @BeforeAll
    static void start() {
        redis = new RedisPair();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "16"})
    void fiftyClientsAreServedWithoutAnError(String pipeline) {
        assertThat(benchmark("-c", "50", "-n", REQUESTS, "-P", pipeline, "-t", "set,get"))
                .contains("\"SET\"", "\"GET\"")
                .doesNotContainIgnoringCase("error");
    }

    @Test
    void stockRunOfEveryCommandEndsWell() {
        assertThat(benchmark("-n", "2000")).contains("LRANGE_600", "MSET").doesNotContainIgnoringCase("error");
    }

    private static String benchmark(String... options) {
        List<String> command = new ArrayList<>(
                List.of("redis-benchmark", "-h", "127.0.0.1", "-p", Integer.toString(redis.port()), "--csv"));
        command.addAll(List.of(options));
        return CommandResult.of(Duration.ofMinutes(15), command, new byte[0]).orFail();
    }
}
