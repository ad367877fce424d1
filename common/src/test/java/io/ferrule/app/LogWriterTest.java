package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LogWriterTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("io.ferrule.test");

    private LogWriter writer(OutputStream out) {
        context.setMDCAdapter(new LogbackMDCAdapter());
        TextLines lines = new TextLines(ZoneOffset.UTC, false);
        LogWriter writer = new LogWriter(log, lines, out);
        writer.setContext(context);
        writer.start();
        log.setLevel(Level.INFO);
        log.addAppender(writer);
        return writer;
    }

    /** Takes nothing until it is told to. */
    private static final class StuckReader extends ByteArrayOutputStream {
        final CountDownLatch stuck = new CountDownLatch(1);
        final CountDownLatch free = new CountDownLatch(1);

        @Override
        public void write(byte[] bytes) throws IOException {
            stuck.countDown();
            Stuck.until(free);
            super.write(bytes);
        }
    }

    @Test
    void linesBeyondTheQueueAreCountedAndTheCountIsWrittenLater() throws Exception {
        StuckReader out = new StuckReader();
        LogWriter writer = writer(out);
        log.info("first");
        out.stuck.await();
        for (int i = 0; i < LogWriter.QUEUED_EVENTS + 7; i++) {
            log.info("line {}", i);
        }
        out.free.countDown();
        writer.finish(Duration.ofSeconds(20));
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(LogWriter.QUEUED_EVENTS + 2)
                .filteredOn(line -> line.contains("discarded"))
                .singleElement()
                .asString()
                .contains("WARN")
                .endsWith("lines=7");
    }

    @Test
    void endingWaitsForAStuckReaderNoLongerThanItsLimit() throws Exception {
        StuckReader out = new StuckReader();
        LogWriter writer = writer(out);
        log.info("first");
        out.stuck.await();
        long before = System.nanoTime();
        writer.finish(Duration.ofMillis(100));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(out.size()).isZero();
        out.free.countDown();
    }

    @Test
    void linesComeBackAfterWritesThatFailed() {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        LogWriter writer = writer(new OutputStream() {
            private int writes;

            @Override
            public void write(byte[] bytes) throws IOException {
                if (writes++ < 3) {
                    throw new IOException("No space left on device");
                }
                taken.write(bytes);
            }

            @Override
            public void write(int b) {
                throw new AssertionError("one write a line");
            }
        });
        for (int i = 0; i < 5; i++) {
            log.info("line {}", i);
        }
        writer.finish(Duration.ofSeconds(20));
        assertThat(taken.toString(StandardCharsets.UTF_8).lines())
                .extracting(line -> line.replaceFirst("^\\S+ ", ""))
                .containsExactly(
                        "INFO  line 3",
                        "WARN  log lines were discarded because the log's reader did not keep up lines=3",
                        "INFO  line 4");
    }
}
