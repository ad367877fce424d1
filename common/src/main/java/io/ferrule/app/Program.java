package io.ferrule.app;

import io.ferrule.config.Nearest;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Role;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** One of the two programs as typed: its commands, and what each way of ending means to the caller. */
public final class Program {
    private final Shell shell;

    Program(Shell shell) {
        this.shell = shell;
    }

    /**
     * Does what the command line says and ends the JVM with the exit code.
     *
     * @param main the class started; its jar's manifest knows the version
     */
    @SuppressWarnings("SystemExitOutsideMain") // this is where both mains go
    public static void launch(Role role, Class<?> main, String... arguments) {
        ProgramLog.silence();
        setUpNetty();
        Shell shell = new Shell(role, Versions.of(main), System.out, System.err, System.getenv());
        ExitCode code = new Program(shell).execute(arguments);
        System.exit(code.number());
    }

    /** What Netty reads once, when it is loaded; whoever starts the JVM may say otherwise. */
    private static void setUpNetty() {
        // It follows one buffer in a hundred with stack traces: that is for tests, and ours follow all of them.
        setUnlessSet("io.netty.leakDetection.level", "disabled");
        // It counts direct buffers itself, where the manifest opens java.nio to it, and refuses one too many at once.
        // The
        // JDK has the event loop that asks sleep for up to a second first.
        setUnlessSet("io.netty.tryReflectionSetAccessible", "true");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** The whole tree of a program's commands, for what is made from it: the manual, its pages, completion. */
    public static CommandLine commandLine(Role role) {
        return new Program(new Shell(role, "", System.out, System.err, Map.of())).commandLine();
    }

    /** Does what the command line says. Whatever goes wrong is printed. */
    ExitCode execute(String... arguments) {
        CommandLine line = commandLine(arguments.length == 0 ? "" : arguments[0]);
        try {
            if (arguments.length > 0 && arguments[0].equals(StunnelCommand.NAME)) {
                // Its options are not of our form: they begin with one hyphen.
                List<String> own = List.of(arguments).subList(1, arguments.length);
                return new StunnelCommand(shell.role()).execute(own, shell);
            }
            ParseResult parsed = line.parseArgs(arguments);
            for (CommandLine asked : parsed.asCommandLineList()) {
                if (asked.isUsageHelpRequested()) {
                    asked.usage(shell.out(), colours());
                    return ExitCode.OK;
                }
            }
            if (!parsed.hasSubcommand()) {
                line.usage(shell.err(), colours());
                return ExitCode.USAGE;
            }
            ParseResult own = parsed.subcommand();
            return ((Command) own.commandSpec().userObject()).run(own, shell);
        } catch (UnmatchedArgumentException e) {
            return refuse(e, unknown(e));
        } catch (ParameterException e) {
            return refuse(e, String.valueOf(e.getMessage()));
        } catch (OperatorException e) {
            shell.complain(e);
            return ExitCode.FAILED;
        } catch (RuntimeException | Error e) {
            shell.complain("this is a defect in the program; please report it with the lines below");
            e.printStackTrace(shell.err());
            return ExitCode.DEFECT;
        }
    }

    /** The whole tree of commands, for the manual. */
    CommandLine commandLine() {
        return commandLine(HelpCommand.NAME);
    }

    /**
     * As much of the tree as one line needs, which is mostly one command: the options of all of them take a just started JVM
     * a tenth of a second.
     */
    private CommandLine commandLine(String word) {
        CommandSpec top = CommandLines.command(this, shell.role().program(), purpose());
        top.usageMessage()
                .abbreviateSynopsis(false)
                .footer("\"" + shell.role().program() + " help COMMAND\" tells more of each.");
        List<Command> all = commands();
        List<Command> needed = word.equals(HelpCommand.NAME)
                ? all
                : all.stream().filter(command -> command.name().equals(word)).toList();
        for (Command command : needed.isEmpty() ? all : needed) {
            top.addSubcommand(command.name(), command.spec());
        }
        return new CommandLine(top)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setUnmatchedOptionsArePositionalParams(false);
    }

    private List<Command> commands() {
        Role role = shell.role();
        Clock clock = Clock.systemUTC();
        List<Command> commands =
                new ArrayList<>(List.of(new RunCommand(role), new CheckCommand(role), new ExplainCommand(role)));
        if (role == Role.SERVER) {
            commands.addAll(List.of(
                    new InviteCommand(clock),
                    new ClientsCommand(clock),
                    new RevokeCommand(clock),
                    new RotateCommand(clock),
                    new TicketKeysCommand()));
        }
        commands.add(new StunnelCommand(role));
        commands.add(new ConvertCommand(role));
        commands.add(new CertificateCommand(role));
        commands.add(new PinCommand(role));
        commands.add(new VersionCommand());
        commands.add(new HelpCommand());
        return commands;
    }

    private String purpose() {
        return switch (shell.role()) {
            case SERVER ->
                "Ferrule's server: accepts TLS and forwards what is inside to a plaintext service on this machine, such as"
                        + " Redis.";
            case CLIENT ->
                "Ferrule's client: accepts plaintext on this machine and forwards it inside TLS to a server whose identity it"
                        + " verifies.";
        };
    }

    private ExitCode refuse(ParameterException e, String message) {
        shell.complain(message);
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        shell.err().println("\"" + command + " --help\" lists what there is.");
        return ExitCode.USAGE;
    }

    private static String unknown(UnmatchedArgumentException e) {
        String word = e.getUnmatched().get(0).replaceFirst("=.*", "");
        boolean top = e.getCommandLine().getParent() == null;
        String kind = e.isUnknownOption() ? "option" : top ? "command" : "argument";
        return "unknown " + kind + " " + word
                + Nearest.hint(word, known(e.getCommandLine().getCommandSpec()));
    }

    private static List<String> known(CommandSpec spec) {
        return Stream.concat(spec.optionsMap().keySet().stream(), spec.subcommands().keySet().stream())
                .toList();
    }

    private static CommandLine.Help.Ansi colours() {
        return CommandLine.Help.Ansi.AUTO;
    }
}
