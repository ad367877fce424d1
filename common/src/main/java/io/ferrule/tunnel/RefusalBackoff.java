package io.ferrule.tunnel;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Keeps connections away from a server that does not accept us. It will not change its mind within milliseconds, while an
 * application that reconnects at once would cost both ends a handshake each time: so one connection at a time may try, and the
 * pauses grow. Any thread.
 */
final class RefusalBackoff {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 16;

    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final AtomicReference<State> state = new AtomicReference<>(State.CALM);

    /**
     * What came of the connections before.
     *
     * @param refusals in a row, where those of one pause count once
     * @param pauseEnds refusals before this moment belong to connections that were on their way
     * @param nextTurn when one may try
     */
    private record State(int refusals, long pauseEnds, long nextTurn) {
        static final State CALM = new State(0, 0, 0);
    }

    /**
     * Nothing has been refused.
     *
     * @param nanoTime {@link System#nanoTime}
     * @param random from 0 to 1, so that many clients do not come back at one moment
     */
    RefusalBackoff(LongSupplier nanoTime, DoubleSupplier random) {
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** The server refused a connection. */
    void refused() {
        long now = nanoTime.getAsLong();
        long chance = (long) (random.getAsDouble() * 1_000);
        state.updateAndGet(before -> {
            if (before.refusals > 0 && now - before.pauseEnds < 0) {
                return before;
            }
            long end = now + pause(before.refusals) / 4_000 * (3_000 + chance);
            return new State(Math.min(before.refusals + 1, MOST_DOUBLINGS), end, end);
        });
    }

    private static long pause(int refusals) {
        return Math.min(LONGEST.toNanos(), FIRST.toNanos() << refusals);
    }

    /** The server accepted one. */
    void accepted() {
        if (requireNonNull(state.get()).refusals > 0) {
            state.set(State.CALM);
        }
    }

    /**
     * Asks for a turn to connect, which then is taken.
     *
     * @return zero if the connection may try now; else how long it has to wait before it asks again
     */
    Duration turn() {
        while (true) {
            State now = requireNonNull(state.get());
            if (now.refusals == 0) {
                return Duration.ZERO;
            }
            long nanos = nanoTime.getAsLong();
            if (now.nextTurn - nanos > 0) {
                return Duration.ofNanos(now.nextTurn - nanos);
            }
            // Should its answer never come, another may try after the same time.
            State taken = new State(now.refusals, now.pauseEnds, nanos + pause(now.refusals - 1));
            if (state.compareAndSet(now, taken)) {
                return Duration.ZERO;
            }
        }
    }
}
