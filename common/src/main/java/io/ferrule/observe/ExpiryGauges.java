package io.ferrule.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The seconds until the soonest end of each kind, on each leg of each tunnel. What there is changes while the process runs, and
 * the series follow: {@link #refresh} before each scrape.
 */
public final class ExpiryGauges {
    private final MeterRegistry registry;
    private final Supplier<List<Ending>> endings;
    private final InstantSource clock;
    private final Map<Series, Meter> meters = new HashMap<>();
    private volatile Map<Series, Ending> soonest = Map.of();

    private record Series(String tunnel, String leg, String kind) {
        static Series of(Ending ending) {
            return new Series(
                    ending.tunnel(), ending.leg().label(), ending.kind().label());
        }
    }

    /** Registers nothing yet. */
    public ExpiryGauges(MeterRegistry registry, Supplier<List<Ending>> endings, InstantSource clock) {
        this.registry = registry;
        this.endings = endings;
        this.clock = clock;
    }

    /** Makes the series those of what there is now. */
    public synchronized void refresh() {
        Map<Series, Ending> now = new HashMap<>();
        for (Ending each : endings.get()) {
            now.merge(Series.of(each), each, (a, b) -> a.end().isBefore(b.end()) ? a : b);
        }
        soonest = now;
        now.keySet().forEach(series -> meters.computeIfAbsent(series, this::register));
        meters.entrySet().removeIf(entry -> {
            boolean gone = !now.containsKey(entry.getKey());
            if (gone) {
                registry.remove(entry.getValue());
            }
            return gone;
        });
    }

    private Meter register(Series series) {
        return Metric.CERTIFICATE_EXPIRY.gauge(
                registry, () -> secondsLeft(series), series.tunnel, series.leg, series.kind);
    }

    private double secondsLeft(Series series) {
        Ending ending = soonest.get(series);
        return ending == null ? Double.NaN : ending.left(clock.instant()).toSeconds();
    }
}
