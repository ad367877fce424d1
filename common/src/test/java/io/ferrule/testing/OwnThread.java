package io.ferrule.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Work of a test that may block, each in a thread of its own. {@code CompletableFuture} alone would not do: from Java 25 on it
 * always uses the common pool, which has one thread on two processors, where one blocked task keeps the next from beginning.
 */
public final class OwnThread {
    private static final Executor EACH = task -> {
        Thread thread = new Thread(task, "beside-the-test");
        thread.setDaemon(true);
        thread.start();
    };

    private OwnThread() {}

    /** Begins at once what has no result. */
    public static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, EACH);
    }

    /** Begins at once what has one. */
    public static <T> CompletableFuture<T> supply(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, EACH);
    }
}
