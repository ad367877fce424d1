package io.ferrule;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import io.netty.buffer.ByteBufAllocator;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class after which a buffer was collected that nobody had released. */
public final class LeaksFailTheBuild extends NettyLeakDetectorExtension {
    private static final long LIMIT_MILLIS = 5_000;

    public LeaksFailTheBuild() {
        super(false, false, false, true);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        for (int i = 0; i < 2; i++) { // what the first collection enqueues late, the second finds enqueued
            collect();
            // Netty looks for collected buffers only when it gives out a new one.
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        super.afterAll(context);
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
