package io.ferrule.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Writes log events on a thread of its own, so that no thread that logs ever waits for the log's reader. Events that find
 * the queue full, or whose write fails, are discarded and counted; the count is logged as soon as the reader takes lines
 * again.
 *
 * <p>Logback's {@code AsyncAppender} with {@code neverBlock} does not count what it drops, and its delegate stops for good at
 * the first failed write.
 */
final class LogWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** Lines that come within so many milliseconds are written at once: waking a thread for each costs more than the line. */
    private static final int GATHERED_MILLIS = 5;
    /** Bounds the memory that a reader who has stopped can cost. */
    static final int QUEUED_EVENTS = 4096;

    private final Logger reporter;
    private final Encoder<ILoggingEvent> encoder;
    private final OutputStream out;
    private final BlockingQueue<ILoggingEvent> queue = new ArrayBlockingQueue<>(QUEUED_EVENTS);
    private final AtomicLong discarded = new AtomicLong();
    private final Thread thread = new Thread(this::run, "log-writer");

    /**
     * A writer that is not yet started.
     *
     * @param reporter the logger that the line about discarded lines stands under
     * @param out written by one thread only, flushed when no event waits, never closed
     */
    LogWriter(Logger reporter, Encoder<ILoggingEvent> encoder, OutputStream out) {
        this.reporter = reporter;
        this.encoder = encoder;
        this.out = out;
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        super.start();
        thread.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (!queue.offer(event)) {
            discarded.incrementAndGet();
        }
    }

    /** Takes no more events and writes those that wait, for as long as {@code limit}; what is left then is lost. */
    void finish(Duration limit) {
        stop();
        thread.interrupt();
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                writeAll(queue.take());
                Thread.sleep(GATHERED_MILLIS);
            }
        } catch (InterruptedException finishing) {
            writeAll(queue.poll());
        }
    }

    /** Writes {@code first} and everything queued behind it. */
    private void writeAll(@Nullable ILoggingEvent first) {
        for (ILoggingEvent event = first; event != null; event = queue.poll()) {
            write(event);
        }
        flush();
    }

    private void write(ILoggingEvent event) {
        try {
            out.write(encoder.encode(event));
            reportDiscarded();
        } catch (IOException | RuntimeException e) {
            // The reader is gone or the disk is full. The next event tries again: a disk may have room by then.
            discarded.incrementAndGet();
        }
    }

    private void reportDiscarded() throws IOException {
        long lines = discarded.get();
        if (lines > 0) {
            var event = new LoggingEvent(
                    LogWriter.class.getName(),
                    reporter,
                    Level.WARN,
                    "log lines were discarded because the log's reader did not keep up",
                    null,
                    null);
            event.addKeyValuePair(new KeyValuePair("lines", lines));
            out.write(encoder.encode(event));
            discarded.addAndGet(-lines);
        }
    }

    private void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            discarded.incrementAndGet();
        }
    }
}
