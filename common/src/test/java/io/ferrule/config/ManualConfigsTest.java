package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Manual;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every YAML block of the manual says which program it is for, and is one that the program takes. */
class ManualConfigsTest {
    private static final Pattern INVITATION = Pattern.compile("(?m)^ *invitation: (\\S+\\.ferrule)$");

    static List<Manual.Block> configs() {
        return Manual.blocks("yaml");
    }

    @ParameterizedTest
    @MethodSource("configs")
    void configIsTakenWithoutComplaint(Manual.Block block, @TempDir Path directory) throws Exception {
        assertThat(block.info()).as("info of %s", block).isIn("yaml server", "yaml client");
        Role role = block.info().equals("yaml server") ? Role.SERVER : Role.CLIENT;
        Path file = Files.writeString(directory.resolve("ferrule.yaml"), block.text());
        for (MatchResult named : INVITATION.matcher(block.text()).results().toList()) {
            InvitationFileTest.write(directory.resolve(named.group(1)));
        }
        ProcessConfig config = ConfigReader.read(role, Map.of("config", List.of(file.toString())), Map.of());
        assertThat(config.tunnels()).isNotEmpty();
    }
}
