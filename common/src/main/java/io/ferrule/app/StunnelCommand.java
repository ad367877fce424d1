package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.ProcessVariables;
import io.ferrule.config.Role;
import io.ferrule.stunnel.Stunnel3;
import io.ferrule.stunnel.StunnelException;
import io.ferrule.stunnel.StunnelSource;
import io.ferrule.stunnel.StunnelTexts;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stunnel}: does with stunnel's command line and configuration what stunnel would do. */
final class StunnelCommand implements Command {
    static final String NAME = "stunnel";

    private static final String DEFAULT_FILE = "/etc/stunnel/stunnel.conf";
    private static final String ARGUMENTS = "ARGUMENTS";

    private final Role role;

    StunnelCommand(Role role) {
        this.role = role;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Run the services of a stunnel.conf as stunnel does, clients and servers alike: its command line, its"
                        + " options, its log, its signals.",
                "stunnel [FILE | -fd N | -help | -version | -sockets | -options], or the flags of stunnel 3 such as -c -d -r"
                        + " -p -v -A. Without arguments it reads " + DEFAULT_FILE
                        + ". It stays in the foreground. What it does not do it refuses at the start, with the reason.");
        spec.addPositional(PositionalParamSpec.builder()
                .arity("0..*")
                .type(String[].class)
                .paramLabel(ARGUMENTS)
                .description("As stunnel takes them.")
                .build());
        return spec;
    }

    /** Never parsed: what looks like an option is stunnel's. */
    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        return execute(parsed.originalArgs().stream().skip(1).toList(), shell);
    }

    /** Does what stunnel's arguments say; all that is printed goes to standard error, as with stunnel. */
    ExitCode execute(List<String> arguments, Shell shell) throws OperatorException {
        if (Stunnel3.speaks(arguments)) {
            return stunnel3(arguments, shell);
        }
        String first = arguments.isEmpty() ? DEFAULT_FILE : arguments.get(0);
        StunnelTexts texts = texts(shell.version());
        return switch (first.toLowerCase(Locale.ROOT)) {
            case "-help" -> print(texts.help(), shell);
            case "-version" -> print(texts.defaults(), shell);
            case "-sockets" -> print(texts.sockets(), shell);
            case "-options" -> print(texts.tlsOptions(), shell);
            case "-fd" -> descriptor(arguments, shell);
            default -> run(new StunnelSource.File(first), shell);
        };
    }

    /** Of this program on this machine. */
    static StunnelTexts texts(String version) {
        return new StunnelTexts(
                version, System.getProperty("os.name") + "-" + System.getProperty("os.arch"), Versions.tlsEngine());
    }

    private ExitCode stunnel3(List<String> arguments, Shell shell) throws OperatorException {
        try {
            Stunnel3 line = Stunnel3.parse(arguments);
            line.complaints().forEach(shell.err()::println);
            return run(new StunnelSource.Text("(command line)", line.text()), shell);
        } catch (StunnelException e) {
            shell.err().println("[!] " + e.line());
            return ExitCode.FAILED;
        }
    }

    private ExitCode descriptor(List<String> arguments, Shell shell) throws OperatorException {
        if (arguments.size() < 2) {
            shell.err().println("[!] No file descriptor specified");
            StunnelTexts.syntax().forEach(line -> shell.err().println("[.] " + line));
            return ExitCode.FAILED;
        }
        return run(new StunnelSource.Descriptor(arguments.get(1)), shell);
    }

    private ExitCode run(StunnelSource source, Shell shell) throws OperatorException {
        ProcessConfig process;
        try {
            process = ProcessVariables.read(StunnelConfigSource.process(role, List.of()), shell.environment());
        } catch (OperatorException e) {
            e.problems().forEach(problem -> shell.err().println("[!] " + problem));
            return ExitCode.FAILED;
        }
        return new StunnelRun(source, process, shell).run();
    }

    private static ExitCode print(List<String> lines, Shell shell) {
        lines.forEach(shell.err()::println);
        return ExitCode.OK;
    }
}
