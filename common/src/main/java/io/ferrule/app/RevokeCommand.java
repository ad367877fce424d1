package io.ferrule.app;

import io.ferrule.clients.ClientStore;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Role;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code revoke}: shuts a client out that was invited. */
final class RevokeCommand implements Command {
    private final Clock clock;

    RevokeCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "revoke";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Shut out a client that was invited. A server that runs notices it at once and ends its connections.",
                "Needs nothing of the configuration but the state directory.");
        spec.addPositional(CommandLines.word("NAME", "The client, as \"clients\" lists it."));
        RunOptions.addTo(spec, Role.SERVER, "Where \"run\" keeps them", "config", "state-directory");
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        String name = parsed.matchedPositionalValue(0, "");
        if (name.isEmpty()) {
            throw new ParameterException(parsed.commandSpec().commandLine(), "revoke needs a word: NAME");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Optional<Instant> before = new ClientStore(RunOptions.stateDirectory(parsed, shell)).revoke(name, now);
        shell.out()
                .println(
                        before.map(since -> name + " was revoked already, on " + since)
                                .orElse(
                                        name
                                                + " is revoked: it no longer gets in, and running servers end its connections at once"));
        return ExitCode.OK;
    }
}
