package io.ferrule.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {
    @Test
    void cpuIsUserAndSystemTimeWhateverTheProcessIsCalled() {
        String stat = "42 (a) b (c 7) S 1 42 42 0 -1 4194560 100 0 0 0 250 30 9 9 20 0 1 0 100 0 0";
        assertThat(ProcessTree.ticks(stat)).isEqualTo(280);
    }

    @Test
    void processThatHasEndedHasUsedNothing() {
        assertThat(ProcessTree.ticks("")).isZero();
        assertThat(ProcessTree.memory("")).isEqualTo(new Memory(0, 0));
    }

    @Test
    void memoryIsReadInBytes() {
        String rollup =
                """
                00400000-7ffe ---p 00000000 00:00 0    [rollup]
                Rss:                2048 kB
                Pss:                1024 kB
                Pss_Dirty:           512 kB
                SwapPss:               7 kB
                """;
        assertThat(ProcessTree.memory(rollup)).isEqualTo(new Memory(1 << 20, 2 << 20));
    }

    @Test
    void childrenOfAProcessCountWithIt() throws Exception {
        Process shell = new ProcessBuilder(
                        "sh", "-c", "i=0; (while [ $i -lt 40000 ]; do i=$((i+1)); done; echo; sleep 60) & wait")
                .start();
        try {
            assertThat(shell.getInputStream().read()).isPositive();
            assertThat(new ProcessTree().cpuSeconds(List.of(shell))).isPositive();
            assertThat(new ProcessTree().memory(List.of(shell)).pssBytes()).isPositive();
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            assertThat(shell.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
