package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsPageTest {
    private static final Path PAGE = Path.of("../docs/reference/options.md");

    @Test
    void manualTellsWhatTheRegistryHolds() throws Exception {
        if (System.getProperty("ferrule.docs", "").equals("write")) {
            Files.createDirectories(PAGE.toAbsolutePath().getParent());
            Files.writeString(PAGE, OptionsPage.text());
        }
        assertThat(PAGE).as("rewrite it with -Dferrule.docs=write").content().isEqualTo(OptionsPage.text());
    }
}
