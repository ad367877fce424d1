package io.ferrule.app;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The operating system's signals in their order, for one thread that takes them. */
final class SignalQueue {
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

    /** Waits for the next one. */
    String take() throws InterruptedException {
        return waiting.take();
    }
}
