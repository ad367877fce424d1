package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ferrule.stunnel.LogLine;
import io.ferrule.testing.NotifySocketPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@EnabledOnOs(OS.LINUX)
class SyslogSinkTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static LogLine line(String text) {
        return new LogLine(Instant.parse("2026-11-02T08:20:57Z"), 5, "ui", text);
    }

    private static SyslogSink sink(String address, String facility) throws Exception {
        return SyslogSink.open(address, "mysvc", facility, ZoneOffset.UTC);
    }

    @ParameterizedTest
    @CsvSource({"daemon,<29>", "auth,<37>", "local7,<189>", "kern,<5>"})
    void lineHasItsPriorityAndTheNameOfTheService(String facility, String priority) throws Exception {
        try (NotifySocketPeer system = NotifySocketPeer.in(directory)) {
            SyslogSink sink = sink(system.address(), facility);
            sink.write(line("Configuration successful"));
            assertThat(system.next()).isEqualTo(priority + "Nov  2 08:20:57 mysvc: LOG5[ui]: Configuration successful");
            sink.close();
        }
    }

    @Test
    void systemLogMayBeginAnew() throws Exception {
        NotifySocketPeer first = NotifySocketPeer.in(directory);
        SyslogSink sink = sink(first.address(), "daemon");
        sink.write(line("one"));
        assertThat(first.next()).endsWith("one");
        first.close();
        Files.deleteIfExists(Path.of(first.address()));
        try (NotifySocketPeer second = NotifySocketPeer.in(directory)) {
            sink.write(line("two"));
            assertThat(second.next()).endsWith("two");
        }
        sink.close();
    }

    @Test
    void withoutASystemLogNobodyWaits() throws Exception {
        SyslogSink sink = sink(directory.resolve("none").toString(), "daemon");
        long before = System.nanoTime();
        for (int i = 0; i < 10_000; i++) {
            sink.write(line("nobody reads this"));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        sink.close();
    }

    @Test
    void unknownFacilityIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sink("/dev/log", "nonsense"))
                .withMessageContaining("nonsense");
    }
}
