package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stock redis-benchmark; {@code -Dit.benchmark.requests=1000000} makes it the long run. */
@NeedsCommand("redis-benchmark")
class RedisBenchmarkIT {
    private static final String REQUESTS = System.getProperty("it.benchmark.requests", "100000");

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void fiftyClientsAreServedWithoutAnError(int pipeline) throws Exception {
        try (RedisPair redis = new RedisPair()) {
            CommandResult result = CommandResult.of(
                    Duration.ofMinutes(10),
                    List.of(
                            "redis-benchmark",
                            "-h",
                            "127.0.0.1",
                            "-p",
                            Integer.toString(redis.port()),
                            "-c",
                            "50",
                            "-n",
                            REQUESTS,
                            "-P",
                            Integer.toString(pipeline),
                            "-t",
                            "set,get",
                            "--csv"),
                    new byte[0]);
            assertThat(result.orFail()).contains("\"SET\"", "\"GET\"").doesNotContainIgnoringCase("error");
        }
    }

    @Test
    void stockRunOfEveryCommandEndsWell() {
        try (RedisPair redis = new RedisPair()) {
            CommandResult result = CommandResult.of(
                    Duration.ofMinutes(2),
                    List.of(
                            "redis-benchmark",
                            "-h",
                            "127.0.0.1",
                            "-p",
                            Integer.toString(redis.port()),
                            "-n",
                            "2000",
                            "--csv"),
                    new byte[0]);
            assertThat(result.orFail()).contains("LRANGE_600", "MSET").doesNotContainIgnoringCase("error");
        }
    }
}
