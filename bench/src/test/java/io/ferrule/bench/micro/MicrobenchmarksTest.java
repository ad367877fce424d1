package io.ferrule.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class MicrobenchmarksTest {
    /** They check their own outcome and throw if it is another. */
    @Test
    void everyOneDoesWhatItIsNamedFor() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("io\\.ferrule\\.bench\\.micro\\..*")
                        .forks(0) // in this process, where a leaked buffer is seen
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(0)
                        .measurementIterations(2)
                        .measurementTime(TimeValue.NONE)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        assertThat(results.stream().map(each -> each.getParams().getBenchmark()))
                .contains(
                        TlsRecordsBenchmark.class.getName() + ".message",
                        HandshakeBenchmark.class.getName() + ".resumed",
                        RelayBenchmark.class.getName() + ".kilobytes256",
                        VerdictBenchmark.class.getName() + ".byAuthority");
    }
}
