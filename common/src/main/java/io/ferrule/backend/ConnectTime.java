package io.ferrule.backend;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a connection may be on its way: one limit for all of it, of which each step has a share, or the limit anew for each step.
 * Event loop only.
 */
final class ConnectTime {
    private static final long LEAST_SHARE_MILLIS = 250;

    private final Duration limit;
    private final boolean anew;
    private long deadlineNanos;

    /** It begins now. */
    ConnectTime(Duration limit, boolean anew) {
        this.limit = limit;
        this.anew = anew;
        this.deadlineNanos = System.nanoTime() + limit.toNanos();
    }

    /** True if one limit is for all of it, so that somebody has to watch the whole. */
    boolean isOfAll() {
        return !anew;
    }

    Duration limit() {
        return limit;
    }

    /** A look-up or the try of an address begins. */
    void step() {
        if (anew) {
            deadlineNanos = System.nanoTime() + limit.toNanos();
        }
    }

    boolean isOver() {
        return deadlineNanos - System.nanoTime() <= 0;
    }

    /** Of a step, if there are so many left with it. */
    long shareMillis(int steps) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        return anew ? Math.max(left, 1) : Math.max(left / steps, LEAST_SHARE_MILLIS);
    }
}
