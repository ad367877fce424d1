package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stunnel prints about itself is printed in its form. */
class StunnelTextsTest {
    private static final StunnelTexts TEXTS = new StunnelTexts("1.2", "Linux-amd64", "BoringSSL");

    @Test
    void bannerBeginsWithTheNameAndSaysWhoItIs() {
        assertThat(TEXTS.defaults().get(0)).isEqualTo("stunnel 5.75 compatible, Ferrule 1.2 on Linux-amd64 platform");
        assertThat(TEXTS.banner()).element(1).isEqualTo("Compiled/running with BoringSSL");
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @Test
    void defaultsAreThoseOfTheRealOne() {
        assertThat(below(TEXTS.defaults())).isEqualTo(below(real("-version")));
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @Test
    void helpHasWhatTheRealOneHasInItsOrder() {
        assertThat(below(TEXTS.help())).containsSubsequence(below(real("-help")));
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @Test
    void tlsOptionsAreThoseOfTheRealOne() {
        assertThat(below(TEXTS.tlsOptions())).isEqualTo(below(real("-options")));
    }

    /** What the kernel has without the options differs from machine to machine. */
    @NeedsCommand({"stunnel4", "stunnel"})
    @Test
    void socketOptionsAreThoseOfTheRealOne() {
        assertThat(withoutLastColumn(below(TEXTS.sockets()))).isEqualTo(withoutLastColumn(below(real("-sockets"))));
    }

    private static List<String> withoutLastColumn(List<String> lines) {
        return lines.stream().map(line -> line.replaceFirst("\\|[^|]*$", "")).toList();
    }

    /** Without the banner, which ends with a line that is one blank. */
    private static List<String> below(List<String> lines) {
        return lines.subList(lines.indexOf(" "), lines.size()).stream()
                .map(String::stripTrailing)
                .toList();
    }

    private static List<String> real(String argument) {
        String stunnel = CommandResult.find("stunnel4")
                .or(() -> CommandResult.find("stunnel"))
                .orElseThrow()
                .toString();
        return CommandResult.of(stunnel, argument).orFail().lines().toList();
    }
}
