package io.ferrule.app;

import io.ferrule.config.OperatorException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A word of the command line: what it is called with, and what it does. */
interface Command {
    /** The word itself. */
    String name();

    /** Name, options, help text; made anew at each call. */
    CommandSpec spec();

    /**
     * Carries the command out.
     *
     * @param parsed the command's own part of the line
     * @throws OperatorException if something outside has to be mended first; ends with {@link ExitCode#FAILED}
     */
    ExitCode run(ParseResult parsed, Shell shell) throws OperatorException;
}
