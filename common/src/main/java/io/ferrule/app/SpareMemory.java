package io.ferrule.app;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the JVM holds and does not need: what a start leaves in the heap, what the heap grows by when many connect, and what the
 * compiler of hot code gave back to the C library, which keeps it. Has it returned to the system, on a thread of its own that
 * sleeps nearly always. What somebody chose by options of the JVM stays as chosen.
 */
final class SpareMemory implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SpareMemory.class);

    /** After the first handshakes, which would wait for the collection: some 20 ms of the whole JVM. */
    private static final Duration AFTER_START = Duration.ofSeconds(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    /** How long the compiler must have worked since the last time, in milliseconds: it leaves about as much as it works. */
    private static final long WORTHWHILE_MILLIS = 20;

    /** From this release on Java does it by itself ({@code -XX:TrimNativeHeapInterval}), and by this way it would cost more. */
    private static final int TRIMS_ITSELF = 22;

    private long compiledMillis;

    private SpareMemory() {}

    /** Begins; the thread ends with the program, or when there is nothing it could do. */
    static void giveBack() {
        Thread thread = new Thread(new SpareMemory(), "ferrule-spare-memory");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            Thread.sleep(AFTER_START.toMillis());
            keepHeapLean();
            CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
            if (Runtime.version().feature() < TRIMS_ITSELF
                    && compiler != null
                    && compiler.isCompilationTimeMonitoringSupported()) {
                do {
                    trimWhenCompiled(compiler);
                    Thread.sleep(BETWEEN_LOOKS.toMillis());
                } while (!Thread.currentThread().isInterrupted());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (JMException | RuntimeException e) {
            // Another JVM than HotSpot, or one without these commands: it keeps what it has.
            LOG.atDebug().setCause(e).log("spare memory stays with the JVM");
        }
    }

    /** Only for the collector that Java takes by itself, which grows its heap freely; the serial one would give nothing back. */
    static void keepHeapLean() {
        HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (vm.getVMOption("UseG1GC").getValue().equals("true")) {
            unlessChosen(vm, "MinHeapFreeRatio", 10);
            unlessChosen(vm, "MaxHeapFreeRatio", 15);
            // So that it is seen that little of the heap is in use: beside the program's threads, some 30 ms of one
            // core.
            unlessChosen(vm, "G1PeriodicGCInterval", 30_000);
            System.gc();
        }
    }

    private static void unlessChosen(HotSpotDiagnosticMXBean vm, String option, int value) {
        if (vm.getVMOption(option).getOrigin() == VMOption.Origin.DEFAULT) {
            vm.setVMOption(option, Integer.toString(value));
        }
    }

    private void trimWhenCompiled(CompilationMXBean compiler) throws JMException {
        long now = compiler.getTotalCompilationTime();
        if (now - compiledMillis >= WORTHWHILE_MILLIS) {
            compiledMillis = now;
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        }
    }
}
