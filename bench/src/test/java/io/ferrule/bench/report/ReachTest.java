package io.ferrule.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachTest {
    private static final Reach LESS = new Reach("ops-p1", Metric.CPU_OP, List.of("haproxy", "nginx"), 0.8, false);
    private static final Reach MORE = new Reach("bulk4-up", Metric.GB, List.of("haproxy", "nginx"), 1.2, true);

    @TempDir
    Path folder;

    @Test
    void verdictSaysByHowMuchAndWhetherAllRoundsAgree() {
        assertThat(LESS.verdict(new Spread(0.7, 0.6, 0.8))).isEqualTo("met");
        assertThat(LESS.verdict(new Spread(0.7, 0.6, 0.9))).isEqualTo("met, but not in every round");
        assertThat(LESS.verdict(new Spread(1.0, 0.9, 1.1))).isEqualTo("missed by 25 %");
        assertThat(LESS.verdict(new Spread(0.88, 0.7, 1.1))).isEqualTo("missed by 10 %, met in some rounds");
    }

    @Test
    void verdictOnWhatShouldBeMoreIsTheOtherWayRound() {
        assertThat(MORE.verdict(new Spread(1.3, 1.2, 1.4))).isEqualTo("met");
        assertThat(MORE.verdict(new Spread(0.6, 0.5, 0.7))).isEqualTo("missed by 50 %");
    }

    @Test
    void bestOfThePeersIsTheOneThatLooksWorstForFerrule() throws IOException {
        Samples samples = samples("ops-p1", "cpu", Map.of("ferrule", 6.0, "haproxy", 10.0, "nginx", 8.0));
        assertThat(LESS.reached(samples)).map(Reach.Reached::peer).contains("nginx");
        Samples fast = samples("bulk4-up", "speed", Map.of("ferrule", 6.0, "haproxy", 10.0, "nginx", 8.0));
        assertThat(MORE.reached(fast)).map(Reach.Reached::peer).contains("haproxy");
    }

    @Test
    void nothingIsReachedWithoutSamples() throws IOException {
        assertThat(LESS.reached(new Samples(folder))).isEmpty();
    }

    private Samples samples(String test, String metric, Map<String, Double> values) throws IOException {
        Samples samples = new Samples(folder);
        for (var value : values.entrySet()) {
            samples.add(new Sample(test, 1, value.getKey(), metric, value.getValue()));
        }
        return samples;
    }
}
