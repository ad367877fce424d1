package io.ferrule.app;

import io.ferrule.admission.InvitedClients;
import io.ferrule.clients.ClientStore;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.config.TunnelConfig;
import io.ferrule.stunnel.StunnelTunnels;
import io.ferrule.tunnel.TunnelMaterial;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code explain}: builds what {@code run} would build, and has it say in plain words what it would do. */
final class ExplainCommand implements Command {
    private final Role role;

    ExplainCommand(Role role) {
        this.role = role;
    }

    @Override
    public String name() {
        return "explain";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Say in plain words what \"run\" with the same options would do: who may connect, what is verified and by"
                        + " what, what travels in plaintext, what would be refused.",
                "Starts nothing and writes nothing. The admin endpoint's /explain says the same of a process that runs.");
        RunOptions.addTo(spec, role);
        if (role == Role.SERVER) {
            spec.addPositional(CommandLines.word("FILE", "A stunnel.conf, to say what \"stunnel FILE\" would do."));
        }
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) {
        try {
            String file = parsed.matchedPositionalValue(0, "");
            if (StunnelLook.isOne(file)) {
                return stunnel(file, shell);
            }
            if (role == Role.SERVER && !file.isEmpty()) {
                throw new OperatorException(file, "is no stunnel.conf; our own configuration is given by --config");
            }
            ProcessConfig config = RunOptions.read(parsed, shell);
            List<TunnelConfig> tunnels = new ArrayList<>();
            for (TunnelConfig tunnel : config.tunnels()) {
                tunnels.add(StateKeys.find(tunnel, config.stateDirectory()));
            }
            InvitedClients invited = new InvitedClients();
            if (role == Role.SERVER) {
                invited.replace(new ClientStore(config.stateDirectory()).read().invited());
            }
            String text = new Explanations(Clock.systemUTC()).of(TunnelMaterial.load(tunnels), invited);
            shell.out().print(text);
            return ExitCode.OK;
        } catch (OperatorException e) {
            shell.complain(e);
            return ExitCode.USAGE;
        }
    }

    private ExitCode stunnel(String file, Shell shell) throws OperatorException {
        StunnelConfigSource.Reading reading = StunnelLook.read(file, role);
        List<TunnelConfig> tunnels = reading.sections().stream()
                .flatMap(section -> section.tunnels().stream().limit(1)) // they differ in their places alone
                .toList();
        shell.out().print(new Explanations(Clock.systemUTC()).of(TunnelMaterial.load(tunnels), new InvitedClients()));
        for (StunnelTunnels.Section section : reading.sections()) {
            StunnelServices.unsafeChoices(section).forEach(choice -> shell.out().println("\nwarning: " + choice));
            section.notices().forEach(notice -> shell.out().println("\ndiffers from stunnel: " + notice));
        }
        return ExitCode.OK;
    }
}
