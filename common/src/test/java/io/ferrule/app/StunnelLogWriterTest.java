package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.stunnel.LogLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class StunnelLogWriterTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private Instant now = Instant.parse("2026-11-22T18:20:57Z");
    private final StunnelLogWriter log = new StunnelLogWriter(() -> now);

    @AfterEach
    void close() {
        log.close();
    }

    /** Takes lines into a list, and nothing while it is stuck or broken. */
    private static final class ListSink implements StunnelSink {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final CountDownLatch stuck = new CountDownLatch(1);
        final CountDownLatch free = new CountDownLatch(1);
        volatile boolean sticks;
        volatile int failures;
        volatile boolean closed;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
        public void write(LogLine line) throws IOException {
            if (sticks) {
                stuck.countDown();
                Stuck.until(free);
            }
            if (failures > 0) {
                failures--;
                throw new IOException("No space left on device");
            }
            lines.add(line.stamped(ZoneOffset.UTC).substring("2026.11.22 ".length()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            closed = true;
        }
    }

    private FileSink file(String name) throws IOException {
        return FileSink.open(directory.resolve(name), true, ZoneOffset.UTC);
    }

    private List<String> linesOf(String name) throws IOException {
        return Files.readAllLines(directory.resolve(name));
    }

    @Test
    void linesBeforeTheConfigurationAreWrittenWithTheirOwnTimeAsFarAsTheyAreWanted() {
        log.log(7, "ui", "Clients allowed=9765");
        log.log(5, "ui", "Reading configuration from file /x.conf");
        now = now.plusSeconds(2);
        log.log(3, "ui", "No trusted certificates found");
        ListSink sink = new ListSink();
        log.open(5, List.of(sink));
        assertThat(sink.lines)
                .containsExactly(
                        "18:20:57 LOG5[ui]: Reading configuration from file /x.conf",
                        "18:20:59 LOG3[ui]: No trusted certificates found");
    }

    @Test
    void globalLevelRulesTheProcessAndNotTheConnections() {
        ListSink sink = new ListSink();
        log.open(5, List.of(sink));
        log.log(6, "ui", "Accepting new connections");
        log.log(6, "cron", "Executing cron jobs");
        log.log(7, "0", "Service [redis] started");
        log.log(5, "ui", "Terminated");
        log.close();
        assertThat(sink.lines)
                .containsExactly("18:20:57 LOG7[0]: Service [redis] started", "18:20:57 LOG5[ui]: Terminated");
    }

    @Test
    void everyPlaceGetsEveryLine() {
        ListSink first = new ListSink();
        ListSink second = new ListSink();
        log.open(5, List.of(first, second));
        log.log(5, "ui", "one");
        log.close();
        assertThat(first.lines).isEqualTo(second.lines).containsExactly("18:20:57 LOG5[ui]: one");
        assertThat(first.closed).isTrue();
    }

    @Test
    void failedStartTellsEverythingWithMarks() {
        log.log(6, "ui", "Initializing inetd mode configuration");
        log.log(5, "ui", "Reading configuration from file /x.conf");
        log.log(3, "ui", "/x.conf:1: \"x = 1\": Specified option name is not valid here");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        log.fail(new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        [ ] Initializing inetd mode configuration
                        [.] Reading configuration from file /x.conf
                        [!] /x.conf:1: "x = 1": Specified option name is not valid here
                        """);
    }

    @Test
    void linesBeyondTheQueueAreCountedAndWhoLogsNeverWaits() throws Exception {
        ListSink sink = new ListSink();
        log.open(5, List.of(sink));
        sink.sticks = true;
        log.log(5, "ui", "first");
        sink.stuck.await();
        for (int i = 0; i < StunnelLogWriter.QUEUED_LINES + 7; i++) {
            log.log(5, Integer.toString(i), "line");
        }
        sink.sticks = false;
        sink.free.countDown();
        log.close();
        assertThat(sink.lines)
                .hasSize(StunnelLogWriter.QUEUED_LINES + 2)
                .filteredOn(line -> line.contains("lost"))
                .singleElement()
                .asString()
                .contains("LOG4[ui]: 7 line(s) of the log were lost");
    }

    @Test
    void endingWaitsForAStuckReaderNoLongerThanASecond() throws Exception {
        ListSink sink = new ListSink();
        log.open(5, List.of(sink));
        sink.sticks = true;
        log.log(5, "ui", "first");
        sink.stuck.await();
        long before = System.nanoTime();
        log.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(sink.lines).isEmpty();
        sink.free.countDown();
    }

    @Test
    void readerWhoHasStoppedKeepsNobodyFromReloadingOrReopening() throws Exception {
        ListSink sink = new ListSink();
        log.open(5, List.of(sink));
        sink.sticks = true;
        log.log(5, "ui", "first");
        sink.stuck.await();
        assertThatThrownBy(log::hold).isInstanceOf(IOException.class).hasMessageContaining("takes no lines");
        assertThatThrownBy(log::reopen).isInstanceOf(IOException.class).hasMessageContaining("takes no lines");
        assertThat(log.hasFile()).isFalse();
        sink.sticks = false;
        sink.free.countDown();
        log.log(5, "ui", "second");
        log.close();
        assertThat(sink.lines).containsExactly("18:20:57 LOG5[ui]: first", "18:20:57 LOG5[ui]: second");
    }

    @Test
    void placeThatFailsKeepsNoLineFromTheOthersAndLinesComeBack() {
        ListSink broken = new ListSink();
        ListSink well = new ListSink();
        broken.failures = 2;
        log.open(5, List.of(broken, well));
        log.log(5, "ui", "one");
        log.log(5, "ui", "two");
        log.log(5, "ui", "three");
        log.close();
        assertThat(well.lines).filteredOn(line -> !line.contains("lost")).hasSize(3);
        assertThat(broken.lines).first().asString().endsWith("three");
        assertThat(broken.lines).last().asString().contains("2 line(s) of the log were lost");
    }

    @Test
    void reloadKeepsWhatIsSaidMeanwhileForTheNewPlaceAndTheNewLevel() throws Exception {
        ListSink before = new ListSink();
        ListSink after = new ListSink();
        log.open(5, List.of(before));
        log.log(5, "ui", "Configuration successful");
        log.hold();
        assertThat(before.closed).isTrue();
        log.log(7, "ui", "Deallocating section [redis]");
        log.open(7, List.of(after));
        log.log(6, "ui", "Service [redis] bound to 127.0.0.1:1");
        log.close();
        assertThat(before.lines).containsExactly("18:20:57 LOG5[ui]: Configuration successful");
        assertThat(after.lines)
                .containsExactly(
                        "18:20:57 LOG7[ui]: Deallocating section [redis]",
                        "18:20:57 LOG6[ui]: Service [redis] bound to 127.0.0.1:1");
    }

    @Test
    void fileThatWasMovedAwayIsBegunAnew() throws Exception {
        log.open(5, List.of(file("log")));
        log.log(5, "ui", "one");
        Files.move(directory.resolve("log"), directory.resolve("log.1"));
        log.reopen();
        log.log(5, "ui", "Log file reopened");
        log.close();
        assertThat(linesOf("log.1")).containsExactly("2026.11.22 18:20:57 LOG5[ui]: one");
        assertThat(linesOf("log")).containsExactly("2026.11.22 18:20:57 LOG5[ui]: Log file reopened");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("log"))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void fileThatCannotBeReopenedGoesOn() throws Exception {
        Path moved = directory.resolve("moved");
        Path place = Files.createDirectory(directory.resolve("logs"));
        log.open(5, List.of(FileSink.open(place.resolve("log"), true, ZoneOffset.UTC)));
        Files.move(place, moved);
        assertThatThrownBy(log::reopen).isInstanceOf(IOException.class);
        log.log(5, "ui", "still here");
        log.close();
        assertThat(Files.readString(moved.resolve("log"))).contains("still here");
    }

    @Test
    void fileIsAppendedToUnlessItIsToBeOverwritten() throws Exception {
        Path path = directory.resolve("log");
        Files.writeString(path, "before\n");
        log.open(5, List.of(FileSink.open(path, true, ZoneOffset.UTC)));
        assertThat(log.hasFile()).isTrue();
        log.log(5, "ui", "one");
        log.hold();
        assertThat(linesOf("log")).hasSize(2).startsWith("before");
        log.open(5, List.of(FileSink.open(path, false, ZoneOffset.UTC)));
        log.log(5, "ui", "two");
        log.close();
        assertThat(linesOf("log")).containsExactly("2026.11.22 18:20:57 LOG5[ui]: two");
    }
}
