package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.GeneratedDoc;
import org.junit.jupiter.api.Test;

class StunnelOptionsPageTest {
    @Test
    void manualTellsWhatTheRegistryHolds() throws Exception {
        GeneratedDoc.check("stunnel-options.md", StunnelOptionsPage.text());
    }

    @Test
    void everyRowHasAllItsCells() {
        assertThat(StunnelOptionsPage.text().lines().filter(line -> line.startsWith("|")))
                .allMatch(line ->
                        line.endsWith("|") && !line.replace("/dev/null", "").contains("null"));
    }
}
