package io.ferrule.dist.making;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoffTest {
    @Test
    void nothingInATextIsTakenForMarkup() {
        assertThat(Roff.escape("a\\b 'c' `d` ~ ^")).isEqualTo("a\\eb \\(aqc\\(aq \\(gad\\(ga \\(ti \\(ha");
        assertThat(Roff.escape(".so /etc/passwd")).isEqualTo("\\&.so /etc/passwd");
        assertThat(new Roff()
                        .paragraph("it begins where ".repeat(5) + ".yaml ends")
                        .toString())
                .doesNotContain("\n.yaml");
    }

    @Test
    void optionsKeepTheHyphensThatAreTyped() {
        assertThat(Roff.escape("a self-signed --key-type -h")).isEqualTo("a self-signed \\-\\-key-type \\-h");
        assertThat(Roff.bold("--key-type")).isEqualTo("\\fB\\-\\-key\\-type\\fR");
    }

    @Test
    void lettersBeyondAsciiAreNamed() {
        assertThat(Roff.escape("…")).isEqualTo("\\[u2026]");
    }
}
