package io.ferrule.pki;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What could not be found out a moment ago, so that a responder in trouble is left in peace for a while. Any thread may use it. */
final class RecentFailures {
    private static final int MAX = 1024;
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final Clock clock;
    private final Map<Object, Failure> failures = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Failure> eldest) {
            return size() > MAX;
        }
    };

    private record Failure(OcspFinding finding, Instant until) {}

    RecentFailures(Clock clock) {
        this.clock = clock;
    }

    synchronized @Nullable OcspFinding of(Object what) {
        Failure failure = failures.get(what);
        return failure != null && failure.until.isAfter(clock.instant()) ? failure.finding : null;
    }

    synchronized void remember(Object what, OcspFinding finding) {
        failures.remove(what); // so that it counts as the newest
        failures.put(what, new Failure(finding, clock.instant().plus(KEPT)));
    }
}
