package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The registry of options: that it is well formed, and that everything in it is heard. */
class OptionTest {
    static List<Option> all() {
        return Option.all();
    }

    static Stream<Arguments> everyOptionOfEveryRole() {
        return Stream.of(Role.values())
                .flatMap(role -> Option.forRole(role).stream().map(o -> Arguments.of(role, o.name())));
    }

    @Test
    void namesAreUnique() {
        assertThat(all()).extracting(Option::name).doesNotHaveDuplicates();
        assertThat(all()).extracting(Option::variable).doesNotHaveDuplicates();
    }

    @Test
    void noVariableIsSpelledLikeAnother() {
        List<String> variables = all().stream()
                .flatMap(o -> Stream.of(o.variable(), o.fileVariable()))
                .toList();
        assertThat(variables).doesNotHaveDuplicates().noneMatch(EnvironmentSource::isServiceLink);
    }

    @ParameterizedTest
    @MethodSource("all")
    void optionIsSpelledAndExplainedLikeTheOthers(Option option) {
        assertThat(option.name()).matches("[a-z]+(-[a-z]+)*");
        assertThat(option.flag()).isEqualTo("--" + option.name());
        assertThat(option.variable()).matches("FERRULE_[A-Z]+(_[A-Z]+)*");
        assertThat(option.placeholder()).matches("[A-Z]*");
        assertThat(option.help()).matches("[A-Z][^|\\n]*\\.").hasSizeLessThan(110);
        assertThat(option.roles()).isNotEmpty().containsAll(option.defaults().keySet());
        assertThat(Option.byName(option.name())).contains(option);
    }

    @Test
    void nameThatIsNoOptionFindsNone() {
        assertThat(Option.byName("no-such")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everyOptionOfEveryRole")
    void everyOptionIsHeardByItsProgram(Role role, String name) {
        Told told = role == Role.SERVER ? Told.server() : Told.client();
        // Nothing reads a control character without complaint, so silence would mean that nobody reads the option.
        assertThat(told.flag(name, "\u0007").problems()).isNotEmpty();
    }

    @Test
    void defaultsOfTheRecordsAreTheDefaultsOfTheOptions() {
        assertThat(Told.server().tunnel().limits()).isEqualTo(Limits.DEFAULT);
        assertThat(Told.server().tunnel().timeouts()).isEqualTo(Timeouts.DEFAULT);
        assertThat(Told.server().acceptTls().settings()).isEqualTo(TlsSettings.DEFAULT);
        assertThat(Map.of(
                        "handshake-timeout", "10s",
                        "half-close-timeout", "10m",
                        "idle-timeout", "0",
                        "buffer", "128KiB",
                        "max-connections", "10000"))
                .allSatisfy((name, text) -> assertThat(
                                Option.byName(name).orElseThrow().defaultText(Role.CLIENT))
                        .isEqualTo(text));
    }

    @Test
    void programsHaveTheirOwnOptions() {
        assertThat(Option.forRole(Role.SERVER))
                .extracting(Option::name)
                .contains("client-pin")
                .doesNotContain("pin");
        assertThat(Option.forRole(Role.CLIENT))
                .extracting(Option::name)
                .contains("pin")
                .doesNotContain("access");
    }
}
