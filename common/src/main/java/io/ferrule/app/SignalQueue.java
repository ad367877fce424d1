package io.ferrule.app;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** The operating system's signals in their order, for one thread that takes them. */
final class SignalQueue {
    /** Those that end a process. */
    static final Set<String> ENDING = Set.of("SIGTERM", "SIGINT", "SIGQUIT");

    private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();

    private SignalQueue() {}

    /** Listens from now on to those that this JVM lets us hear; one that is ignored at the start stays ignored. */
    static SignalQueue listen(List<String> names) {
        SignalQueue queue = new SignalQueue();
        for (String name : names) {
            Signals.on(name, () -> queue.waiting.add("SIG" + name));
        }
        return queue;
    }

    /** Completes with the next of these, and passes over others; from then on nobody else may take any. */
    CompletionStage<String> nextOf(Set<String> names) {
        CompletableFuture<String> next = new CompletableFuture<>();
        Thread waiter = new Thread(
                () -> {
                    try {
                        String taken = take();
                        while (!names.contains(taken)) {
                            taken = take();
                        }
                        next.complete(taken);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt(); // nobody does that
                    }
                },
                "ferrule-next-signal");
        waiter.setDaemon(true);
        waiter.start();
        return next;
    }

    /** Waits for the next one. */
    String take() throws InterruptedException {
        return waiting.take();
    }
}
