package io.ferrule.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.bench.load.Endpoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedisBenchmarkTest {
    @Test
    void ratesAreTheSecondColumnOfItsCsv() {
        String csv =
                """
                WARNING: Could not fetch server CONFIG
                "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
                "SET","68965.52","0.393","0.160","0.351","0.655","1.223","1.903"
                "GET","71428.57","0.380","0.144","0.343","0.639","1.087","1.727"
                """;
        assertThat(RedisBenchmark.rates(csv)).isEqualTo(Map.of("set", 68_965.52, "get", 71_428.57));
    }

    @Test
    void onlyTheTlsSideIsAskedWithTls() {
        RedisBenchmark benchmark = new RedisBenchmark(List.of("set", "get"), 50, 16, 64, 1000);
        assertThat(benchmark.command(new Endpoint(1, true), "ca.pem"))
                .containsSequence("-t", "set,get")
                .containsSequence("--tls", "--cacert", "ca.pem");
        assertThat(benchmark.command(new Endpoint(1, false), "ca.pem")).doesNotContain("--tls");
    }
}
