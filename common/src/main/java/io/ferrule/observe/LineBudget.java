package io.ferrule.observe;

import java.util.concurrent.atomic.AtomicReference;

/** At most so many lines a second, and a count of those left out. Any thread may call it; it takes no lock. */
final class LineBudget {
    private final int linesPerSecond;
    private final AtomicReference<Window> window = new AtomicReference<>(new Window(Long.MIN_VALUE, 0, 0));

    private record Window(long second, int lines, long leftOut) {}

    LineBudget(int linesPerSecond) {
        this.linesPerSecond = linesPerSecond;
    }

    /** True if a line may be written in this second; otherwise it is counted as left out. */
    boolean take(long second) {
        Window before = window.getAndUpdate(w -> {
            if (w.second < second) {
                return new Window(second, 1, w.leftOut);
            }
            return w.lines < linesPerSecond
                    ? new Window(w.second, w.lines + 1, w.leftOut)
                    : new Window(w.second, w.lines, w.leftOut + 1);
        });
        return before.second < second || before.lines < linesPerSecond;
    }

    /** How many lines were left out in seconds that have ended; each is told once. */
    long settle(long second) {
        Window before =
                window.getAndUpdate(w -> w.second < second && w.leftOut > 0 ? new Window(w.second, w.lines, 0) : w);
        return before.second < second ? before.leftOut : 0;
    }
}
