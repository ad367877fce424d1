package io.ferrule;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class after which a buffer was collected that nobody had released. */
public final class LeaksFailTheBuild implements BeforeAllCallback, AfterAllCallback {
    private static final long LIMIT_MILLIS = 5_000;

    /** A loop of io_uring that is shut down while a socket is open begins a read whose buffer it never gives back. */
    private static final String NETTYS_OWN = "IoUringIoHandler.destroy";

    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        ByteBufUtil.setLeakListener((type, records) -> {
            if (!records.contains(NETTYS_OWN)) {
                LEAKS.add(records);
            }
        });
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        for (int i = 0; i < 2; i++) { // what the first collection enqueues late, the second finds enqueued
            collect();
            // Netty looks for collected buffers only when it gives out a new one.
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        List<String> leaks = new ArrayList<>();
        for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
            leaks.add(leak);
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError("buffers that nobody released: " + leaks);
        }
    }

    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        Reference<Object> sentinel = new PhantomReference<>(new Object(), collected);
        System.gc();
        if (collected.remove(LIMIT_MILLIS) != sentinel) {
            throw new AssertionError("nothing was collected within " + LIMIT_MILLIS + " ms");
        }
    }
}
