package io.ferrule.app;

import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that the process is alive, which is more than that a timer of it still runs: each event loop has to answer first. While
 * one does not, no further question is put, so that nothing piles up in its queue.
 */
final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final List<EventExecutor> loops;
    private final Runnable alive;
    private final AtomicInteger unanswered = new AtomicInteger();
    private boolean warned;

    /**
     * Asks nothing yet.
     *
     * @param alive is run each time all loops have answered, on the one that was the last to
     */
    Heartbeat(List<EventExecutor> loops, Runnable alive) {
        this.loops = loops;
        this.alive = alive;
    }

    /** Asks every loop. To be called again and again by one thread, at least twice within the time allowed. */
    void beat() {
        int missing = unanswered.get();
        if (missing > 0) {
            if (!warned) {
                warned = true;
                LOG.atWarn()
                        .addKeyValue("loops", missing)
                        .log("an event loop does not answer; the watchdog is not told");
            }
            return;
        }
        warned = false;
        unanswered.set(loops.size());
        for (EventExecutor loop : loops) {
            try {
                loop.execute(this::answered);
            } catch (RejectedExecutionException ended) {
                LOG.atDebug().setCause(ended).log("an event loop has ended"); // and never answers
            }
        }
    }

    private void answered() {
        if (unanswered.decrementAndGet() == 0) {
            alive.run();
        }
    }
}
