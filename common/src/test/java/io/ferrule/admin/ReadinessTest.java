package io.ferrule.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.tunnel.ProbeOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final ProbeOutcome UP = new ProbeOutcome(true, "connected");
    private static final ProbeOutcome DOWN = new ProbeOutcome(false, "connection refused");
    private static final Duration LONG = Duration.ofHours(1);

    private long now = Long.MIN_VALUE / 2; // nanoTime may be anything
    private final AtomicInteger probes = new AtomicInteger();

    @Test
    void readyOnlyIfEveryTargetAnswers() throws Exception {
        assertThat(answer(readiness(LONG, answering(UP), answering(UP))).ready())
                .isTrue();
        Readiness.Report report = answer(readiness(LONG, answering(UP), answering(DOWN)));
        assertThat(report.ready()).isFalse();
        assertThat(report.lines())
                .containsExactly(new Readiness.Line("tunnel-0", UP), new Readiness.Line("tunnel-1", DOWN));
    }

    @Test
    void answerIsSharedForASecond() throws Exception {
        Readiness readiness = readiness(LONG, answering(UP));
        answer(readiness);
        now += Duration.ofMillis(999).toNanos();
        answer(readiness);
        assertThat(probes).hasValue(1);
        now += Duration.ofMillis(1).toNanos();
        answer(readiness);
        assertThat(probes).hasValue(2);
    }

    @Test
    void thoseWhoAskMeanwhileWaitForTheSameAnswer() throws Exception {
        CompletableFuture<ProbeOutcome> slow = new CompletableFuture<>();
        Readiness readiness = readiness(LONG, counted(() -> slow));
        CompletionStage<Readiness.Report> first = readiness.ask();
        now += Duration.ofSeconds(3).toNanos();
        CompletionStage<Readiness.Report> second = readiness.ask();
        slow.complete(UP);
        assertThat(second).isSameAs(first);
        assertThat(probes).hasValue(1);
        assertThat(first.toCompletableFuture().get(10, TimeUnit.SECONDS).ready())
                .isTrue();
    }

    @Test
    void probeThatNeverEndsIsAnsweredForAtTheLimit() throws Exception {
        CompletableFuture<ProbeOutcome> never = new CompletableFuture<>();
        Readiness.Report report = answer(readiness(Duration.ofMillis(20), counted(() -> never), answering(UP)));
        assertThat(report.lines().get(0).outcome()).isEqualTo(new ProbeOutcome(false, "no answer within 20 ms"));
        assertThat(report.lines().get(1).outcome()).isEqualTo(UP);
        assertThat(never).as("the tunnel's own future").isNotDone();
    }

    @Test
    void defectInAProbeIsNotReadyRatherThanNoAnswer() throws Exception {
        Readiness.Report report = answer(readiness(
                LONG,
                () -> {
                    throw new IllegalStateException("planted");
                },
                () -> CompletableFuture.failedFuture(new IllegalStateException("planted"))));
        assertThat(report.lines()).hasSize(2).noneMatch(line -> line.outcome().answers());
    }

    private static Readiness.Report answer(Readiness readiness) throws Exception {
        return readiness.ask().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Supplier<CompletionStage<ProbeOutcome>> answering(ProbeOutcome outcome) {
        return counted(() -> CompletableFuture.completedFuture(outcome));
    }

    private Supplier<CompletionStage<ProbeOutcome>> counted(Supplier<CompletionStage<ProbeOutcome>> probe) {
        return () -> {
            probes.incrementAndGet();
            return probe.get();
        };
    }

    @SafeVarargs
    private Readiness readiness(Duration limit, Supplier<CompletionStage<ProbeOutcome>>... targets) {
        List<TunnelView> tunnels = new ArrayList<>();
        for (Supplier<CompletionStage<ProbeOutcome>> probe : targets) {
            tunnels.add(new TunnelView("tunnel-" + tunnels.size(), List::of, probe));
        }
        return new Readiness(() -> tunnels, limit, () -> now);
    }
}
