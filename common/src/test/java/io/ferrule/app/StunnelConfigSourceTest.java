package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Role;
import io.ferrule.stunnel.StunnelSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StunnelConfigSourceTest {
    /** Such as one with an umlaut in the locale that services mostly have. */
    @Test
    void nameThatNoFileCanHaveIsAnOrdinaryMistake() {
        List<String> log = new ArrayList<>();
        Set<Path> files = new HashSet<>();
        StunnelConfigSource source = new StunnelConfigSource(
                new StunnelSource.File("n\0.conf"),
                StunnelConfigSource.process(Role.SERVER, List.of()),
                (level, id, text) -> log.add(text));
        assertThatThrownBy(() -> source.read(files)).isInstanceOf(OperatorException.class);
        assertThat(log).anyMatch(line -> line.startsWith("Invalid configuration file name"));
        assertThat(files).isEmpty();
    }
}
