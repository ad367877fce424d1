package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLineTest {
    private static final Instant AT = Instant.parse("2026-11-22T18:20:57.999Z");

    private static LogLine line(String text) {
        return new LogLine(AT, 5, "ui", text);
    }

    @Test
    void fileHasTheTimeOfItsZoneAndSyslogHasNone() {
        assertThat(line("Configuration successful").stamped(ZoneOffset.UTC))
                .isEqualTo("2026.11.22 18:20:57 LOG5[ui]: Configuration successful");
        assertThat(line("Configuration successful").stamped(ZoneId.of("Asia/Tokyo")))
                .isEqualTo("2026.11.23 03:20:57 LOG5[ui]: Configuration successful");
        assertThat(line("Configuration successful").unstamped()).isEqualTo("LOG5[ui]: Configuration successful");
    }

    @ParameterizedTest
    @CsvSource({"0,[*]", "1,[*]", "2,[*]", "3,[!]", "4,[:]", "5,[.]", "6,[ ]", "7,[ ]"})
    void failedStartMarksEachLevel(int level, String mark) {
        assertThat(new LogLine(AT, level, "ui", "text").marked()).isEqualTo(mark + " text");
    }

    @Test
    void textOfAPeerCanNeitherBeginALineNorTurnIt() {
        assertThat(line("a\n2026.11.22 18:20:57 LOG5[ui]: forged\r\u001b[0m\u202e\u0085")
                        .text())
                .isEqualTo("a.2026.11.22 18:20:57 LOG5[ui]: forged..[0m..");
        assertThat(line("Ünïcode 名").text()).isEqualTo("Ünïcode 名");
    }

    @Test
    void newlinesAtTheEndAreDroppedAndLongTextIsCut() {
        assertThat(line("text\n\n").text()).isEqualTo("text");
        assertThat(line("x".repeat(5_000)).text()).hasSize(1_024);
    }

    @Test
    void levelIsOneOfSyslogs() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LogLine(AT, 8, "ui", ""));
    }

    @ParameterizedTest
    @CsvSource({"ui,true", "main,true", "cron,true", "0,false", "61J9PsIKAmq392qYkBF0fj,false"})
    void processIsToldFromConnections(String id, boolean process) {
        assertThat(new LogLine(AT, 5, id, "").ofTheProcess()).isEqualTo(process);
    }
}
