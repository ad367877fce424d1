package io.ferrule.admin;

import io.ferrule.tunnel.ProbeOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every tunnel whether its target answers. All who ask within a second share one answer, so that monitors cannot put
 * load on a target.
 */
final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<List<TunnelView>> tunnels;
    private final Duration limit;
    private final LongSupplier nanoTime;
    private volatile CompletableFuture<Report> latest;

    /** One tunnel's answer. */
    record Line(String tunnel, ProbeOutcome outcome) {}

    /** All tunnels' answers, in their order, and when the last one came. */
    record Report(List<Line> lines, long nanos) {
        boolean ready() {
            return lines.stream().allMatch(line -> line.outcome().answers());
        }
    }

    /**
     * Nothing is asked yet.
     *
     * @param limit for all tunnels together, which are asked at the same time
     * @param nanoTime {@link System#nanoTime}
     */
    Readiness(Supplier<List<TunnelView>> tunnels, Duration limit, LongSupplier nanoTime) {
        this.tunnels = tunnels;
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.latest = CompletableFuture.completedFuture(new Report(List.of(), nanoTime.getAsLong() - SHARED_NANOS));
    }

    /** The answer under way, the last one if it is not older than a second, or a new one. Completes on any thread. */
    CompletionStage<Report> ask() {
        CompletableFuture<Report> current = latest;
        if (current.isDone() && nanoTime.getAsLong() - current.join().nanos() >= SHARED_NANOS) {
            current = probeAll();
            latest = current; // the admin loop is one thread; on several, two may probe at once, and no harm is done
        }
        return current;
    }

    private CompletableFuture<Report> probeAll() {
        List<CompletableFuture<Line>> lines = tunnels.get().stream()
                .map(tunnel -> probe(tunnel).thenApply(outcome -> new Line(tunnel.name(), outcome)))
                .toList();
        return CompletableFuture.allOf(lines.toArray(CompletableFuture<?>[]::new))
                .thenApply(all ->
                        new Report(lines.stream().map(CompletableFuture::join).toList(), nanoTime.getAsLong()));
    }

    private CompletableFuture<ProbeOutcome> probe(TunnelView tunnel) {
        ProbeOutcome late = new ProbeOutcome(false, "no answer within " + limit.toMillis() + " ms");
        try {
            // A copy, so that the time limit does not complete a future that belongs to the tunnel.
            return tunnel.probe()
                    .get()
                    .toCompletableFuture()
                    .copy()
                    .completeOnTimeout(late, limit.toNanos(), TimeUnit.NANOSECONDS)
                    .exceptionally(e -> defect(tunnel, e));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(defect(tunnel, e));
        }
    }

    // A target that does not answer is an outcome, not an exception; this is ours.
    private static ProbeOutcome defect(TunnelView tunnel, Throwable e) {
        LOG.atError().setCause(e).addKeyValue("tunnel", tunnel.name()).log("probe failed with a defect in Ferrule");
        return new ProbeOutcome(false, "a defect in Ferrule; the log has a stack trace");
    }
}
