package io.ferrule.app;

import java.util.concurrent.CountDownLatch;

/** Waits as a write to a full pipe does: interrupts do not end it. */
final class Stuck {
    private Stuck() {}

    static void until(CountDownLatch free) {
        boolean interrupted = false;
        while (true) {
            try {
                free.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
