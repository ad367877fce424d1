package io.ferrule.app;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The ways in which our commands and their options look alike. */
final class CommandLines {
    /** Help is read in a terminal of this width, and stands so in the manual. */
    private static final int COLUMNS = 80;

    /** Options with their values that are longer have their description on the next line. */
    private static final int LONGEST_OPTION = 28;

    private CommandLines() {}

    /** A command with {@code --help}, and no options of its own yet. */
    static CommandSpec command(Object behaviour, String name, String... description) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(behaviour).name(name);
        spec.usageMessage()
                .description(description)
                .width(COLUMNS)
                .longOptionsMaxWidth(LONGEST_OPTION)
                .sortOptions(false)
                .abbreviateSynopsis(true)
                .descriptionHeading("%n")
                .parameterListHeading("%n")
                .optionListHeading("%n")
                .commandListHeading("%nCommands:%n")
                .footerHeading("%n");
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Print this and exit.")
                .build());
        return spec;
    }

    /** An option with a value; given several times it keeps them all. */
    static OptionSpec option(String name, String placeholder, String description) {
        return OptionSpec.builder("--" + name)
                .paramLabel(placeholder)
                .type(String[].class)
                .arity("1")
                .description(literal(description))
                .build();
    }

    /** An option without a value. */
    static OptionSpec flag(String name, String description) {
        return OptionSpec.builder("--" + name)
                .type(boolean.class)
                .arity("0")
                .description(literal(description))
                .build();
    }

    /** Everything that an option was given, in order; empty if it was not. */
    static List<String> values(ParseResult parsed, String name) {
        return List.of(parsed.matchedOptionValue("--" + name, new String[0]));
    }

    /**
     * The one value that an option was given, or {@code standard}.
     *
     * @throws ParameterException if it was given several
     */
    static String value(ParseResult parsed, String name, String standard) {
        List<String> values = values(parsed, name);
        if (values.size() > 1) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), "--" + name + " is given " + values.size() + " times");
        }
        return values.isEmpty() ? standard : values.get(0);
    }

    /** The one word that a command is about; left out it is empty. */
    static PositionalParamSpec word(String placeholder, String description) {
        return PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .type(String.class)
                .paramLabel(placeholder)
                .description(literal(description))
                .build();
    }

    /** picocli reads formats out of descriptions. */
    private static String literal(String text) {
        return text.replace("%", "%%");
    }
}
