package io.ferrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @Test
    void allIsMeasuredInFiveRoundsUnlessTold() {
        assertThat(Options.parse())
                .isEqualTo(new Options(Path.of("docs/benchmarks"), 5, List.of(), List.of(), List.of(), false, false));
    }

    @Test
    void lookIsTwoRoundsUnlessTold() {
        assertThat(Options.parse("--quick").rounds()).isEqualTo(2);
        assertThat(Options.parse("--quick", "--rounds", "3").rounds()).isEqualTo(3);
    }

    @Test
    void listsAreDividedByCommas() {
        Options options = Options.parse("--cases", "ops-p1,start", "--contenders", "ferrule,haproxy 64k");
        assertThat(options.cases()).containsExactly("ops-p1", "start");
        assertThat(options.contenders()).containsExactly("ferrule", "haproxy 64k");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--cases nonsense | unknown case nonsense; there are ops-p1",
                "--rounds 0       | --rounds 0: a number from 1 to 999 is needed",
                "--rounds         | --rounds needs a value",
                "--loud           | unknown option --loud; see bench/run --help"
            })
    void mistakeIsNamed(String line, String message) {
        assertThatThrownBy(() -> Options.parse(line.strip().split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void usageNamesEveryCase() {
        assertThat(Options.usage())
                .contains(Cases.all().stream().map(Case::name).toList());
    }

    @Test
    void casesThatStandAlikeFollowEachOther() {
        List<String> setups = Cases.all().stream()
                .map(c -> c.setup() + "" + c.way().getClass())
                .toList();
        long changes = IntStream.range(1, setups.size())
                .filter(i -> !setups.get(i).equals(setups.get(i - 1)))
                .count();
        assertThat(changes + 1).isEqualTo(setups.stream().distinct().count());
    }
}
