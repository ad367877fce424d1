package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations, sizes, and guesses at what somebody meant. */
class SpellingsTest {
    @ParameterizedTest
    @CsvSource({"0,0", "500ms,500", "10s,10000", "5m,300000", "2h,7200000", "1d,86400000", "' 10s ',10000", "0s,0"})
    void durationIsANumberAndAUnit(String text, long millis) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10", "s", "-5s", "1.5s", "10 s", "10S", "1h30m", "PT10S", "999999999999ms", "1_0s", "١s"})
    void anythingElseIsNoDuration(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.parse(text))
                .withMessageStartingWith("\"" + text + "\" is not a duration: write a number and a unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"366d", "999999999d", "9000h"})
    void durationBeyondAYearIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.parse(text))
                .withMessage("\"" + text + "\" is longer than 365d");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1500,1500ms", "60000,1m", "90000,90s", "86400000,1d"})
    void durationIsWrittenInTheLargestUnitThatFits(long millis, String text) {
        assertThat(DurationText.of(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void everyDurationAndSizeReadsBack() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Duration duration = Duration.ofMillis(random.nextLong(DurationText.LONGEST.toMillis() + 1));
            int bytes = random.nextInt((1 << 30) + 1);
            assertThat(DurationText.parse(DurationText.of(duration))).isEqualTo(duration);
            assertThat(ByteSize.parse(ByteSize.text(bytes))).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0", "4096,4096", "4096B,4096", "64KiB,65536", "64 KiB,65536", "1MiB,1048576", "1GiB,1073741824"})
    void sizeIsBytesOrANumberWithABinaryUnit(String text, int bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64k", "64KB", "-1", "1.5MiB", "KiB", "0x10", "99999999999"})
    void anythingElseIsNoSize(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessage("\"" + text + "\" is not a size: write bytes, or a number with KiB or MiB, such as 64KiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2GiB", "9999999999GiB", "1073741825"})
    void sizeBeyondAGibibyteIsRefusedAndDoesNotOverflow(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessage("\"" + text + "\" is larger than 1GiB");
    }

    @ParameterizedTest
    @CsvSource({
        "lisen,listen",
        "lsiten,listen",
        "clientPin,client-pin",
        "client_pin,client-pin",
        "CLIENT-PIN,client-pin",
        "targt,target"
    })
    void slipOfTheHandFindsItsName(String written, String meant) {
        assertThat(Nearest.to(written, List.of("target", "listen", "client-pin", "client-ca")))
                .contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "upstream", "tagliatelle"})
    void aWordLikeNoNameFindsNone(String written) {
        assertThat(Nearest.to(written, List.of("target", "listen", "client-pin")))
                .isEmpty();
    }

    @Test
    void aHugeWordIsNotCompared() {
        assertThat(Nearest.to("l".repeat(1_000_000), List.of("l".repeat(999_999))))
                .isEmpty();
    }

    @Test
    void quotedTextIsShortAndPrintable() {
        assertThat(Quoted.of("a\n\u001b[31mb")).isEqualTo("\"a\\u000a\\u001b[31mb\"");
        assertThat(Quoted.of("x".repeat(1000))).hasSize(63).endsWith("…\"");
    }
}
