package io.ferrule.app;

import io.ferrule.stunnel.LogLine;
import io.ferrule.stunnel.StunnelLog;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stunnel's log. From the beginning it keeps every line, because only the configuration says which are wanted, and where; once it
 * is open a thread of its own writes them, so that nobody who logs waits for a reader or a disk. Lines that find the queue full,
 * or whose write fails, are lost and counted; the count is a line too, as soon as lines are taken again.
 */
final class StunnelLogWriter implements StunnelLog, AutoCloseable {
    /** Lines that come within so many milliseconds are written at once: waking a thread for each costs more than the line. */
    private static final int GATHERED_MILLIS = 5;

    /** For a reader who takes nothing. */
    private static final long PATIENCE_MILLIS = 1_000;

    /** Bounds the memory that a reader who has stopped can cost. */
    static final int QUEUED_LINES = 4_096;
    /** A dozen for each service of a file, and then some. */
    private static final int KEPT_LINES = 65_536;

    private final InstantSource clock;
    private final BlockingQueue<LogLine> queue = new ArrayBlockingQueue<>(QUEUED_LINES);
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread = new Thread(this::run, "stunnel-log");

    /** Held for a moment only, by everybody who logs. */
    private final Object gate = new Object();

    private @Nullable List<LogLine> kept = new ArrayList<>(); // by gate; null once open
    private volatile int level;

    /** Held while anything is written or changed; by a write for as long as its reader takes nothing. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile List<StunnelSink> sinks = List.of(); // changed by who holds writing

    StunnelLogWriter(InstantSource clock) {
        this.clock = clock;
        thread.setDaemon(true);
    }

    @Override
    public void log(int level, String id, String text) {
        LogLine line = new LogLine(clock.instant(), level, id, text);
        if (!keep(line) && isWanted(line) && !queue.offer(line)) {
            lost.incrementAndGet();
        }
    }

    private boolean keep(LogLine line) {
        synchronized (gate) {
            if (kept == null) {
                return false;
            }
            if (kept.size() < KEPT_LINES) {
                kept.add(line);
            } else {
                lost.incrementAndGet();
            }
            return true;
        }
    }

    /** Lines of connections have been chosen by the level of their service. */
    private boolean isWanted(LogLine line) {
        return line.level() <= level || !line.ofTheProcess();
    }

    // ---- what a start, a reload and an end do; none of it on an event loop

    /**
     * Writes what was kept, with the time at which it was said, and from now on what comes.
     *
     * @param level of the process's own lines, 0 to 7
     * @param places closed by this log; may be none
     */
    void open(int level, List<StunnelSink> places) {
        writing.lock();
        try {
            sinks = List.copyOf(places);
            this.level = level;
            writeAll(takeKept());
            flush();
        } finally {
            writing.unlock();
        }
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    private List<LogLine> takeKept() {
        synchronized (gate) {
            List<LogLine> lines = kept == null ? List.of() : kept;
            kept = null;
            return lines;
        }
    }

    /**
     * Closes the places, and keeps every line until it is opened anew, perhaps at other ones.
     *
     * @throws IOException if a reader has taken nothing for a second; then nothing has changed
     */
    void hold() throws IOException {
        acquire();
        try {
            synchronized (gate) {
                kept = new ArrayList<>();
            }
            writeQueued();
            closePlaces();
        } finally {
            writing.unlock();
        }
    }

    /** Whoever reloads or handles signals must not wait for ever for a reader who has stopped. */
    private void acquire() throws IOException {
        try {
            if (!writing.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("who reads the log takes no lines");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void closePlaces() {
        sinks.forEach(StunnelSink::close);
        sinks = List.of();
    }

    /** The start has failed, and the log was never opened: all that was said goes here, whatever its level. */
    void fail(PrintStream err) {
        takeKept().forEach(line -> err.println(line.marked()));
        err.flush();
    }

    /** True if {@link #reopen} does anything. */
    boolean hasFile() {
        return sinks.stream().anyMatch(FileSink.class::isInstance);
    }

    /**
     * Opens the file by its name again: who rotates logs has moved it.
     *
     * @throws IOException if that cannot be, or a reader has taken nothing for a second; lines go on to the old one
     */
    void reopen() throws IOException {
        acquire();
        try {
            writeQueued();
            for (StunnelSink sink : sinks) {
                sink.reopen();
            }
        } finally {
            writing.unlock();
        }
    }

    /** Takes no more lines and writes those that wait, for a second at most; what is left then is lost. */
    @Override
    public void close() {
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- writing

    private void run() {
        try {
            while (true) {
                LogLine first = queue.take();
                writing.lock();
                try {
                    write(first);
                    writeQueued();
                } finally {
                    writing.unlock();
                }
                TimeUnit.MILLISECONDS.sleep(GATHERED_MILLIS);
            }
        } catch (InterruptedException finishing) {
            writing.lock();
            try {
                writeQueued();
                closePlaces();
            } finally {
                writing.unlock();
            }
        }
    }

    private void writeQueued() {
        List<LogLine> lines = new ArrayList<>();
        queue.drainTo(lines);
        lines.forEach(this::write);
        flush();
    }

    private void writeAll(List<LogLine> lines) {
        lines.stream().filter(this::isWanted).forEach(this::write);
    }

    private void write(LogLine line) {
        if (sinks.isEmpty() && keep(line)) {
            return; // it was queued just before the places were closed
        }
        boolean written = true;
        for (StunnelSink sink : sinks) {
            written &= isDone(() -> sink.write(line));
        }
        if (!written) {
            lost.incrementAndGet();
        } else if (lost.get() > 0) {
            tellLost();
        }
    }

    private void tellLost() {
        long lines = lost.getAndSet(0);
        LogLine line = new LogLine(
                clock.instant(),
                4,
                "ui",
                lines
                        + " line(s) of the log were lost: they came faster than they were taken, or could not be written");
        sinks.forEach(sink -> isDone(() -> sink.write(line)));
    }

    private void flush() {
        for (StunnelSink sink : sinks) {
            if (!isDone(sink::flush)) {
                lost.incrementAndGet();
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** False if the reader is gone or the disk is full. The next line tries again: a disk may have room by then. */
    private static boolean isDone(Step step) {
        try {
            step.run();
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
