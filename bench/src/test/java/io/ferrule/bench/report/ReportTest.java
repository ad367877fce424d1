package io.ferrule.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Subject SUBJECT =
            new Subject("ops-p1", "64 B, pipeline 1", "`redis-benchmark`", List.of(Metric.CPU_OP, Metric.RATE));

    @TempDir
    Path folder;

    private String page = "";

    @BeforeEach
    void write() throws IOException {
        Samples samples = new Samples(folder);
        for (int round = 1; round <= 3; round++) {
            samples.add(new Sample("ops-p1", round, "ferrule", "cpu", 9 + round));
            samples.add(new Sample("ops-p1", round, "ferrule", "rate", 30_000));
            samples.add(new Sample("ops-p1", round, "stunnel", "cpu", 2 * (9 + round)));
            samples.add(new Sample("ops-p1", round, "stunnel", "rate", 20_000));
            samples.add(new Sample("ops-p1", round, "haproxy", "cpu", 10));
            samples.add(new Sample("ops-p1", round, "haproxy again", "cpu", 10.1));
        }
        Files.writeString(folder.resolve(Report.RUN), "kernel: Linux 6.1\n");
        new Report(
                        folder,
                        List.of(SUBJECT, new Subject("other", "Without samples", "", List.of(Metric.START))),
                        samples)
                .write();
        page = Files.readString(folder.resolve("results.md"));
    }

    @Test
    void tableHasMediansAndRatiosWithTheirSpread() {
        assertThat(page)
                .contains("| ferrule | 11.0 | – | 30,000 | – |")
                .contains("| stunnel | 22.0 | **0.50** (0.50..0.50) | 20,000 | **1.50** (1.50..1.50) |");
    }

    @Test
    void verdictStandsBesideWhatWasToBeReached() {
        assertThat(page)
                .contains(
                        "| 64 B, pipeline 1 | µs CPU/op | stunnel | **0.50** (0.50..0.50) | ≤ 0.40 | missed by 25 % |");
    }

    @Test
    void noiseIsTheSecondHaproxyByTheFirst() {
        assertThat(page).contains("| 64 B, pipeline 1 | µs CPU/op | **1.01** (1.01..1.01) |");
    }

    @Test
    void machineIsNamedAndCasesWithoutSamplesAreNot() {
        assertThat(page).contains("| kernel | Linux 6.1 |").doesNotContain("Without samples");
    }

    @Test
    void plotsThatThePageShowsExist() {
        assertThat(page).contains("![summary](summary.svg)", "![cpu](cpu.svg)").doesNotContain("memory.svg");
        assertThat(folder.resolve("summary.svg")).exists();
        assertThat(folder.resolve("cpu.svg")).exists();
    }
}
