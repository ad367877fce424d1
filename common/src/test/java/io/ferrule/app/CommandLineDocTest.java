package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Holds the manual's page of commands to what {@code --help} says; {@code -Dferrule.docs=write} makes it anew. */
class CommandLineDocTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "command-line.md");

    @Test
    void pageIsWhatHelpPrints() throws IOException {
        String page = page();
        if ("write".equals(System.getProperty("ferrule.docs"))) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).hasContent(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder(
                """
                # The command line

                Generated from the programs by `CommandLineDocTest`; `-Dferrule.docs=write` writes it anew.

                Exit codes: 0 done, also after a stop by signal; 1 something outside has to be mended, such as a port in
                use or a key that cannot be read; 2 the command line or the configuration has to be mended; 70 a defect.
                Problems are printed on standard error, one a line, after the program's name.
                """);
        for (Role role : Role.values()) {
            CommandLine program = Program.commandLine(role);
            page.append("\n## ").append(role.program()).append('\n');
            append(page, program);
            program.getSubcommands().forEach((name, command) -> {
                page.append("\n### ")
                        .append(role.program())
                        .append(' ')
                        .append(name)
                        .append('\n');
                append(page, command);
            });
        }
        return page.toString();
    }

    private static void append(StringBuilder page, CommandLine command) {
        page.append("\n```text\n")
                .append(command.getUsageMessage(Ansi.OFF).strip())
                .append("\n```\n");
    }
}
