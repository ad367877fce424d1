package io.ferrule.app;

import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code version}: what exactly is running, for a bug report. */
final class VersionCommand implements Command {
    @Override
    public String name() {
        return "version";
    }

    @Override
    public CommandSpec spec() {
        return CommandLines.command(this, name(), "Print the versions of the program and of what it runs on.");
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) {
        print(shell.role().program() + " " + shell.version(), shell.out());
        return ExitCode.OK;
    }

    /** Tells what runs, and what it runs on. */
    static void print(String what, PrintStream out) {
        out.println(what);
        out.println("Java      " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name") + ", "
                + System.getProperty("java.vendor"));
        out.println("Netty     " + Versions.netty());
        out.println("TLS       " + Versions.tlsEngine());
        out.println("System    " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch"));
    }
}
