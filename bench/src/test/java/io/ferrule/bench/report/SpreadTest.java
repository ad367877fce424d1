package io.ferrule.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpreadTest {
    @TempDir
    Path folder;

    @Test
    void medianOfAnOddNumberIsTheOneInTheMiddle() {
        assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).contains(new Spread(4, 1, 9));
    }

    @Test
    void medianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(8.0, 1.0, 4.0, 2.0))).contains(new Spread(3, 1, 8));
    }

    @Test
    void nothingHasNoSpread() {
        assertThat(Spread.of(List.of())).isEmpty();
    }

    @Test
    void ratiosArePairedRoundByRoundNotOfTheMedians() throws IOException {
        Samples samples = new Samples(folder);
        double[][] rounds = {{1, 2}, {10, 40}, {6, 6}};
        for (int i = 0; i < rounds.length; i++) {
            samples.add(new Sample("ops-p1", i + 1, "ferrule", "cpu", rounds[i][0]));
            samples.add(new Sample("ops-p1", i + 1, "stunnel", "cpu", rounds[i][1]));
        }
        assertThat(samples.ratio("ops-p1", "cpu", "ferrule", "stunnel")).contains(new Spread(0.5, 0.25, 1));
    }

    @Test
    void roundThatOneOfThemLacksHasNoRatio() throws IOException {
        Samples samples = new Samples(folder);
        samples.add(new Sample("ops-p1", 1, "ferrule", "cpu", 1));
        samples.add(new Sample("ops-p1", 2, "stunnel", "cpu", 2));
        assertThat(samples.ratio("ops-p1", "cpu", "ferrule", "stunnel")).isEmpty();
    }

    @Test
    void samplesAreWrittenAsTheyComeAndReadAgain() throws IOException {
        new Samples(folder).add(new Sample("ops-p1", 1, "haproxy 64k", "cpu", 1.25));
        assertThat(new Samples(folder).values("ops-p1", "haproxy 64k", "cpu")).containsEntry(1, 1.25);
    }

    @Test
    void onlyTheCaseThatRunsAnewIsForgotten() throws IOException {
        Samples samples = new Samples(folder);
        samples.add(new Sample("ops-p1", 1, "ferrule", "cpu", 1));
        samples.add(new Sample("ops-p16", 1, "ferrule", "cpu", 2));
        samples.add(new Sample("ops-p1", 1, "hitch", "cpu", 3));
        samples.forget("ops-p1", "ferrule"::equals);
        Samples left = new Samples(folder);
        assertThat(left.contenders("ops-p1")).containsExactly("hitch");
        assertThat(left.contenders("ops-p16")).containsExactly("ferrule");
    }

    @Test
    void lineThatIsNoSampleIsRefused() {
        assertThatThrownBy(() -> Sample.parse("ops-p1,1,ferrule,cpu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a sample: \"ops-p1,1,ferrule,cpu\"");
    }
}
