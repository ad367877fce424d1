package io.ferrule.reload;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs reloads one at a time. Whoever asks while one is waiting shares it; whoever asks while one is running gets another after it,
 * since what they changed may have been read already. Any thread may call it.
 *
 * @param <T> what a reload comes to; it must not throw
 */
public final class Reloader<T> implements AutoCloseable {
    private static final long CLOSE_LIMIT_SECONDS = 2;

    private final Function<String, T> reload;
    private final ExecutorService thread;
    private @Nullable CompletableFuture<T> waiting; // guarded by this
    private String triggers = ""; // guarded by this

    /**
     * Nothing runs yet.
     *
     * @param reload given what asked for it, such as {@code SIGHUP}; on a thread of the reloader's own
     */
    public Reloader(Function<String, T> reload) {
        this.reload = reload;
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, "ferrule-reload");
                    made.setDaemon(true);
                    return made;
                });
        one.allowCoreThreadTimeOut(true);
        this.thread = one;
    }

    /**
     * Asks for a reload that begins after this call.
     *
     * @return its outcome; fails if the reloader has been closed
     */
    public synchronized CompletionStage<T> request(String trigger) {
        if (waiting == null) {
            CompletableFuture<T> outcome = new CompletableFuture<>();
            triggers = trigger;
            waiting = outcome;
            try {
                thread.execute(() -> run(outcome));
            } catch (RejectedExecutionException closed) {
                waiting = null;
                outcome.completeExceptionally(closed);
            }
            return outcome;
        }
        if (!triggers.contains(trigger)) {
            triggers += ", " + trigger;
        }
        return waiting;
    }

    private void run(CompletableFuture<T> outcome) {
        String asked;
        synchronized (this) {
            waiting = null;
            asked = triggers;
        }
        try {
            outcome.complete(reload.apply(asked));
        } catch (RuntimeException | Error defect) {
            outcome.completeExceptionally(defect);
        }
    }

    /** Begins no more, and waits a moment for the one that runs. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            var unused = thread.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
