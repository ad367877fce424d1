package io.ferrule.tunnel;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts who still needs something, and ends it when nobody does. Any thread may call it. */
final class Uses {
    private final AtomicInteger count = new AtomicInteger(1);
    private final Runnable atEnd;

    /** The first use is that of whoever makes it. */
    Uses(Runnable atEnd) {
        this.atEnd = atEnd;
    }

    /** Begins one more use; false if it has ended, and then none has begun. */
    boolean begin() {
        return count.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    /** The counterpart of {@link #begin}, and of the making. */
    void end() {
        if (count.decrementAndGet() == 0) {
            atEnd.run();
        }
    }
}
