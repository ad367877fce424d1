package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Role;
import io.ferrule.testing.Manual;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.ParseResult;

/** Every command line of the two programs in the manual is one that they understand. */
class ManualCommandsTest {
    private static final Pattern PROGRAM =
            Pattern.compile("(?:java -jar \\S*/)?proxy-(server|client)(?:\\.jar)?(?= |$)(.*)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    record Line(Manual.Block block, Role role, List<String> arguments) {
        @Override
        public String toString() {
            return block + " " + role.program() + " " + String.join(" ", arguments);
        }
    }

    static List<Line> lines() {
        return Manual.blocks("sh").stream()
                .flatMap(block -> block.commands().stream().flatMap(command -> line(block, command)))
                .toList();
    }

    private static Stream<Line> line(Manual.Block block, String command) {
        Matcher program = PROGRAM.matcher(command);
        if (!program.matches()) {
            assertThat(command).as("a line of %s", block).doesNotMatch("^(java|proxy-).*");
            return Stream.empty();
        }
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(program.group(2));
        while (word.find()) {
            words.add(Stream.of(1, 2, 3)
                    .map(word::group)
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .orElseThrow());
        }
        return Stream.of(new Line(block, program.group(1).equals("server") ? Role.SERVER : Role.CLIENT, words));
    }

    @Test
    void bothProgramsAreShown() {
        assertThat(lines()).extracting(Line::role).contains(Role.SERVER, Role.CLIENT);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void commandLineIsUnderstood(Line line) throws Exception {
        Shell shell = new Shell(line.role(), "", System.out, System.err, Map.of());
        ParseResult parsed =
                new Program(shell).commandLine().parseArgs(line.arguments().toArray(String[]::new));
        assertThat(parsed.hasSubcommand()).isTrue();
        ParseResult command = parsed.subcommand();
        boolean reads = List.of("run", "check").contains(command.commandSpec().name());
        boolean isOfFiles = command.hasMatchedOption("--config") || command.hasMatchedPositional(0);
        if (reads && !isOfFiles) {
            assertThat(RunOptions.read(command, shell).tunnels()).hasSize(1);
        }
    }
}
