package io.ferrule.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;

/** Counts the reloads of a process, and tells whether what runs is what its files say. */
public final class ReloadMetrics {
    private final InstantSource clock;
    private final Counter succeeded;
    private final Counter failed;
    private volatile Instant lastSuccess;
    private volatile boolean lastFailed;

    /** Registers all of it; the start counts as the last success. */
    public ReloadMetrics(MeterRegistry registry, InstantSource clock) {
        this.clock = clock;
        lastSuccess = clock.instant();
        succeeded = Metric.RELOADS.counter(registry, "success");
        failed = Metric.RELOADS.counter(registry, "failure");
        Metric.RELOAD_LAST_SUCCESS.gauge(registry, () -> lastSuccess.toEpochMilli() / 1000.0);
        Metric.RELOAD_FAILED.gauge(registry, () -> lastFailed ? 1 : 0);
    }

    /** The files are in force. */
    public void succeeded() {
        lastSuccess = clock.instant();
        lastFailed = false;
        succeeded.increment();
    }

    /** They are not; what was in force before still is. */
    public void failed() {
        lastFailed = true;
        failed.increment();
    }
}
