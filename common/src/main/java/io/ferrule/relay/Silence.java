package io.ferrule.relay;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches for a connection on which nothing moves: no byte received and none of those waiting delivered. One timer, moved only
 * when it runs out, so that a byte costs no more than a look at the clock.
 */
final class Silence {
    private final EventLoop loop;
    private final LongSupplier waiting;

    private @Nullable Future<?> timer;
    private @Nullable Runnable tooLong;
    private long limitNanos;
    private long brokenNanos;
    private long waitingBefore;

    /**
     * A watch that is off.
     *
     * @param waiting any figure that changes when bytes that wait for a slow peer are delivered
     */
    Silence(EventLoop loop, LongSupplier waiting) {
        this.loop = loop;
        this.waiting = waiting;
    }

    /** Replaces the limit and begins anew. */
    void limit(Duration limit, Runnable then) {
        stop();
        limitNanos = limit.toNanos();
        tooLong = then;
        brokenNanos = System.nanoTime();
        waitingBefore = waiting.getAsLong();
        schedule(limitNanos);
    }

    /** Something moved. */
    void broken() {
        if (timer != null) {
            brokenNanos = System.nanoTime();
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long nanos) {
        timer = loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        long waitingNow = waiting.getAsLong();
        long now = System.nanoTime();
        if (waitingNow != waitingBefore) {
            waitingBefore = waitingNow;
            brokenNanos = now;
        }
        long left = limitNanos - (now - brokenNanos);
        if (left > 0) {
            schedule(left);
        } else {
            timer = null;
            Relay.present(tooLong).run();
        }
    }
}
