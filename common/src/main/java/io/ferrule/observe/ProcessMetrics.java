package io.ferrule.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measures the process that connections run in: the JVM, the event loops, buffers, and what it was built of. */
public final class ProcessMetrics implements AutoCloseable {
    /** What Micrometer's own binders add, by the beginning of their names in Prometheus. */
    static final List<Family> BINDERS = List.of(
            new Family("jvm_memory_", "heap and other memory of the JVM"),
            new Family("jvm_buffer_", "direct and mapped buffers that the JVM accounts for"),
            new Family("jvm_gc_", "garbage collection: pauses, allocation, promotion, live data"),
            new Family("jvm_threads_", "threads, by state"),
            new Family("process_cpu_", "CPU time and use of this process"),
            new Family("process_files_", "open file descriptors, and how many may be open"),
            new Family("process_uptime_", "seconds since the JVM started"),
            new Family("process_start_time_", "when the JVM started, in seconds since 1970"),
            new Family("system_cpu_", "processors, and use of the whole machine"),
            new Family("system_load_average_", "the machine's load"));

    private final MeterRegistry registry;
    private @Nullable JvmGcMetrics gc;

    /** Names that begin alike, and what they tell. */
    record Family(String prefix, String description) {}

    /** Registers what every process has. */
    public ProcessMetrics(MeterRegistry registry, Build build) {
        this.registry = registry;
        Metric.BUILD_INFO.gauge(
                registry, () -> 1, build.version(), build.java(), build.netty(), build.tls(), build.transport());
    }

    /**
     * Adds what the JVM tells of itself, the first time this is called. It asks the whole of Java's management for that, which
     * takes a tenth of a second and some MiB, so it is called when somebody reads. Any thread.
     */
    public synchronized void watchJvm() {
        if (gc != null) {
            return;
        }
        JvmGcMetrics collections = new JvmGcMetrics();
        gc = collections;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** Adds the tasks waiting for each loop of a group. */
    public void watch(EventLoopGroup loops) {
        int number = 0;
        for (EventExecutor loop : loops) {
            if (loop instanceof SingleThreadEventExecutor executor) {
                Metric.EVENT_LOOP_TASKS.gauge(registry, executor::pendingTasks, Integer.toString(number));
            }
            number++;
        }
    }

    /** Adds the memory that an allocator holds; nothing if it does not tell. */
    public void watch(ByteBufAllocator allocator) {
        if (allocator instanceof ByteBufAllocatorMetricProvider provider) {
            ByteBufAllocatorMetric metric = provider.metric();
            Metric.BUFFERS.gauge(registry, metric::usedDirectMemory, "direct");
            Metric.BUFFERS.gauge(registry, metric::usedHeapMemory, "heap");
        }
    }

    /** Stops listening to the garbage collector. */
    @Override
    public synchronized void close() {
        if (gc != null) {
            gc.close();
        }
    }
}
