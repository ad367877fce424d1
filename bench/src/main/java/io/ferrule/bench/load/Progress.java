package io.ferrule.bench.load;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts what event loops have done, keeps the first failure, and lets one other thread wait, as long as the count moves. */
final class Progress {
    private final Duration patience;
    private long units;
    private long awaited = Long.MAX_VALUE;
    private @Nullable IOException failure;

    /** @param patience how long the count may stand still while somebody waits */
    Progress(Duration patience) {
        this.patience = patience;
    }

    synchronized void step() {
        units++;
        if (units >= awaited) {
            notifyAll();
        }
    }

    synchronized void fail(String sentence, @Nullable Throwable cause) {
        if (failure == null) {
            failure = new IOException(sentence, cause);
            notifyAll();
        }
    }

    synchronized boolean failed() {
        return failure != null;
    }

    /**
     * Waits until so many units are done in all.
     *
     * @throws IOException the first failure, or that nothing has happened for as long as there is patience
     */
    synchronized void await(long target, String what) throws IOException {
        awaited = target;
        long seen = units;
        long since = System.nanoTime();
        while (units < target) {
            throwFailure();
            if (units != seen) {
                seen = units;
                since = System.nanoTime();
            }
            long left = patience.minusNanos(System.nanoTime() - since).toMillis();
            if (left <= 0) {
                fail(
                        "waited " + patience.toSeconds() + " s without progress: " + units + " of " + target + " "
                                + what,
                        null);
                throwFailure();
            }
            pause(Math.min(left, TimeUnit.SECONDS.toMillis(1)));
        }
        throwFailure();
    }

    private void throwFailure() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private synchronized void pause(long millis) throws InterruptedIOException {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a load was running");
        }
    }
}
