package io.ferrule.app;

import java.time.Duration;

/**
 * What a start leaves in the heap of a JVM that was told nothing of memory. Such a JVM takes a sixty-fourth of the machine at
 * once, fills much of it before it collects for the first time, and then keeps it although the program is silent.
 */
final class SpareHeap {
    /** After the first handshakes, which would wait for it: some 20 ms of the whole JVM. */
    private static final Duration DELAY = Duration.ofSeconds(2);

    /** Whoever chose a heap of this size or a smaller one has no use for it. */
    private static final long SMALL_BYTES = 128L << 20;

    private SpareHeap() {}

    /** Has the collector give most of it back to the system, once, in a while. Does nothing if there is little. */
    static void giveBackSoon() {
        if (Runtime.getRuntime().totalMemory() <= SMALL_BYTES) {
            return;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        Thread.sleep(DELAY.toMillis());
                        System.gc();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "ferrule-spare-heap");
        thread.setDaemon(true);
        thread.start();
    }
}
