package io.ferrule.dist.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.NeedsDocker;
import io.ferrule.testing.TestImages;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** compose.observability.yaml as far as Prometheus; Grafana's part is held by {@link ComposeFilesTest} and the dashboard's. */
@NeedsDocker({"redis", "prometheus", "jdk", "base"})
class ComposeObservabilityIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void prometheusScrapesBothProgramsWhereNobodyElseReachesThem() {
        try (ComposeStack stack = new ComposeStack("compose.yaml", "compose.observability.yaml")) {
            stack.up("proxy-client", "prometheus");
            PrometheusApi prometheus = new PrometheusApi(stack.prometheusPort());
            await().atMost(LIMIT).ignoreException(IOException.class).untilAsserted(() -> {
                assertThat(prometheus.query("up == 1 and on (job) ferrule_build_info"))
                        .extracting(series -> series.get("job"))
                        .containsExactlyInAnyOrder("proxy-server", "proxy-client");
                assertThat(prometheus.rules()).hasSameSizeAs(AlertRules.all());
            });
            assertThat(stack.docker(
                                    "run",
                                    "--rm",
                                    "--network=" + stack.network("tunnel"),
                                    TestImages.redis(),
                                    "redis-cli",
                                    "-h",
                                    "proxy-server",
                                    "-p",
                                    "9121",
                                    "PING")
                            .output())
                    .contains("Connection refused");
        }
    }
}
