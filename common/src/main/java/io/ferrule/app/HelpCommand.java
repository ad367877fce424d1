package io.ferrule.app;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code help}: the usage text of the program or of one of its commands. */
final class HelpCommand implements Command {
    static final String NAME = "help";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(this, NAME, "Print how the program, or one of its commands, is used.");
        spec.addPositional(CommandLines.word("COMMAND", "The command to tell of."));
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) {
        CommandLine program = parsed.commandSpec().commandLine().getParent();
        String name = parsed.matchedPositionalValue(0, "");
        CommandLine wanted = name.isEmpty() ? program : program.getSubcommands().get(name);
        if (wanted == null) {
            throw new CommandLine.UnmatchedArgumentException(program, List.of(name));
        }
        wanted.usage(shell.out());
        return ExitCode.OK;
    }
}
