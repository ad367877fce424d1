package io.ferrule.pki;

import java.time.Duration;
import java.time.Instant;

/**
 * When the next status is asked for.
 *
 * @param soonest after a success never earlier
 * @param latest after a success never later
 * @param retry after the first failure; each further one doubles it
 * @param longestRetry up to this
 */
record StaplePace(Duration soonest, Duration latest, Duration retry, Duration longestRetry) {
    static final StaplePace USUAL =
            new StaplePace(Duration.ofMinutes(1), Duration.ofHours(12), Duration.ofSeconds(10), Duration.ofMinutes(10));

    /** Half of a response's time, counted from its begin; if that is over, half of what is left. */
    Duration afterSuccess(OcspFinding.Status status, Instant now) {
        Duration half = Duration.between(status.asOf(), status.until()).dividedBy(2);
        Duration wait = Duration.between(now, status.asOf().plus(half));
        if (wait.isNegative() || wait.isZero()) {
            wait = Duration.between(now, status.until()).dividedBy(2);
        }
        return wait.compareTo(soonest) < 0 ? soonest : wait.compareTo(latest) > 0 ? latest : wait;
    }

    /** @param failures in a row, at least one */
    Duration afterFailure(int failures) {
        Duration wait = retry.multipliedBy(1L << Math.min(failures - 1, 20));
        return wait.compareTo(longestRetry) > 0 ? longestRetry : wait;
    }
}
