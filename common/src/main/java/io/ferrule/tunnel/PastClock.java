package io.ferrule.tunnel;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A clock that can be put back for one question; all others are answered by the time that it is. */
final class PastClock extends Clock {
    private final Clock clock;

    @SuppressWarnings("ThreadLocalUsage") // of this clock alone; always removed again
    private final ThreadLocal<@Nullable Instant> moment = new ThreadLocal<>();

    PastClock(Clock clock) {
        this.clock = clock;
    }

    /** What {@code question} answers on this thread, as if it had been asked at another moment. */
    <T> T at(Instant when, Supplier<T> question) {
        moment.set(when);
        try {
            return question.get();
        } finally {
            moment.remove();
        }
    }

    @Override
    public Instant instant() {
        Instant when = moment.get();
        return when == null ? clock.instant() : when;
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return clock.withZone(zone);
    }
}
