package io.ferrule.app;

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
        shell.out().println(shell.role().program() + " " + shell.version());
        shell.out()
                .println("Java      " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name")
                        + ", " + System.getProperty("java.vendor"));
        shell.out().println("Netty     " + Versions.netty());
        shell.out().println("TLS       " + Versions.tlsEngine());
        shell.out()
                .println("System    " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        return ExitCode.OK;
    }
}
