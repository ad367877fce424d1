package io.ferrule.bench.micro;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that JMH runs benchmarks on; made by it, by name. */
public final class LoopLikeThreads extends ThreadPoolExecutor {
    /** As JMH calls it. */
    public LoopLikeThreads(int threads, String name) {
        super(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(name, true)); // of FastThreadLocalThreads
    }
}
