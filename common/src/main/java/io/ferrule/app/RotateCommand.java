package io.ferrule.app;

import io.ferrule.clients.ClientStore;
import io.ferrule.clients.KnownClient;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.KeyRotation;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code rotate}: replaces the key in the state directory, in two steps, so that clients know the new one before it is used. */
final class RotateCommand implements Command {
    private final Clock clock;

    RotateCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "rotate";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Prepare the server's next key, or with --now put it in force. Invitations hold the pins of both, so that"
                        + " clients invited meanwhile go on without a change.",
                "For the certificate that \"run\" made; one that you gave it is replaced by you.");
        spec.addOption(CommandLines.option("tunnel", "NAME", "Rotates the key of this tunnel, if there are several."));
        spec.addOption(CommandLines.flag("now", "Puts the prepared key in force; a server that runs notices it."));
        RunOptions.addTo(spec, Role.SERVER, "What \"run\" was told", "config", "state-directory", "certificate", "key");
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        ServedTunnel tunnel;
        try {
            ProcessConfig config = RunOptions.read(parsed, shell);
            tunnel = ServedTunnel.find(config, CommandLines.value(parsed, "tunnel", ""));
            refuseOwnCertificate(tunnel);
        } catch (OperatorException e) {
            shell.complain(e);
            return ExitCode.USAGE;
        }
        tunnel.findOrMake();
        if (parsed.hasMatchedOption("--now")) {
            rotate(tunnel, shell.out());
        } else {
            prepare(tunnel, shell.out());
        }
        return ExitCode.OK;
    }

    private static void refuseOwnCertificate(ServedTunnel tunnel) throws OperatorException {
        if (!tunnel.hasStateCertificate()) {
            throw new OperatorException(
                    "tunnel " + tunnel.config().name(),
                    "its certificate is one that you gave it, and is replaced by you: make the new key (\"proxy-server"
                            + " certificate\" does), give its pin to the clients as next-pin, and once all have it, name the"
                            + " new files as certificate and key");
        }
    }

    private void prepare(ServedTunnel tunnel, PrintStream out) throws OperatorException {
        Optional<KeyMaterial> prepared = tunnel.rotation().next();
        KeyMaterial next =
                prepared.isPresent() ? prepared.get() : tunnel.rotation().prepare();
        out.println("next pin  " + next.pin() + (prepared.isPresent() ? " (prepared earlier)" : " (prepared now)"));
        out.println();
        out.println("Nothing has changed for anybody yet. Invitations written from now on hold this pin too.");
        tell(unaware(tunnel, next.pin()), out);
        out.println("Clients with a pin in their configuration need the line:");
        out.println("  next-pin: " + next.pin());
        out.println("When all clients know it:");
        out.println("  proxy-server rotate --now");
    }

    private void rotate(ServedTunnel tunnel, PrintStream out) throws OperatorException {
        KeyRotation.Rotated rotated = tunnel.rotation().rotate();
        out.println("pin       " + rotated.now().pin() + " (in force now)");
        out.println("before    " + rotated.before().pin() + " (kept as "
                + tunnel.config().name() + ".previous)");
        out.println("next pin  " + rotated.next().pin() + " (prepared now)");
        out.println();
        out.println("A server that runs takes the new key over; open connections go on.");
        tell(unaware(tunnel, rotated.now().pin()), out);
    }

    /** Clients that would refuse a server with that key. */
    private List<KnownClient> unaware(ServedTunnel tunnel, Pin pin) throws OperatorException {
        Instant now = clock.instant();
        ClientStore.Contents contents = tunnel.clients().read();
        return contents.clients().stream()
                .filter(client -> client.tunnel().equals(tunnel.config().name()))
                .filter(client -> client.state(now) == KnownClient.State.ACTIVE)
                .filter(client -> !client.told().contains(pin))
                .toList();
    }

    private static void tell(List<KnownClient> unaware, PrintStream out) {
        if (!unaware.isEmpty()) {
            out.println(
                    "These clients were invited before and do not know it. Invite each anew (invite NAME --replace), or");
            out.println("give it the line next-pin besides its invitation:");
            unaware.forEach(client -> out.println("  " + client.name()));
        }
    }
}
