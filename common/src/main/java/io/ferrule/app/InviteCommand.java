package io.ferrule.app;

import io.ferrule.clients.ClientStore;
import io.ferrule.clients.Invitation;
import io.ferrule.clients.KnownClient;
import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.CertificateMaker;
import io.ferrule.pki.CertificateTemplate;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.KeyType;
import io.ferrule.pki.StateFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code invite}: lets one more client in, and writes the one file that it needs. */
final class InviteCommand implements Command {
    /**
     * A year. A copy that somebody forgot on a disk or in a mailbox should not be good for ever; a tunnel should not end so often
     * that nobody remembers how it was set up. Both ends tell of the date long before.
     */
    private static final Duration DEFAULT_VALIDITY = Duration.ofDays(365);

    private static final String TO_STDOUT = "-";

    private final Clock clock;

    InviteCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "invite";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Let one more client in, and write the one file that it needs: the server's address and pins, and a key of the"
                        + " client's own. A server that runs notices it.",
                "Give the same certificate and state directory here as to \"run\", or none in both places.");
        spec.addPositional(CommandLines.word("NAME", "What you call the client, such as orders."));
        spec.addOption(CommandLines.option(
                "address",
                "HOST:PORT",
                "Tells the client to connect here. Default: this machine's name and the tunnel's port"));
        spec.addOption(CommandLines.option(
                "expires",
                "DAYS",
                "Ends the invitation after so many days, such as 90d. Default: " + DEFAULT_VALIDITY.toDays() + "d"));
        spec.addOption(CommandLines.option("tunnel", "NAME", "Lets it use this tunnel, if there are several."));
        spec.addOption(CommandLines.option(
                "out", "FILE", "Writes the invitation here; - prints it. Default: NAME" + Invitation.ENDING));
        spec.addOption(CommandLines.flag(
                "replace", "Invites a client anew that was invited before; its old key no longer gets in."));
        RunOptions.addTo(
                spec,
                Role.SERVER,
                "What \"run\" was told",
                "config",
                "state-directory",
                "listen",
                "certificate",
                "key");
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        String name = name(parsed);
        Duration validity = validity(parsed);
        ServedTunnel tunnel;
        Address.Tcp address;
        try {
            ProcessConfig config = RunOptions.read(parsed, shell);
            tunnel = ServedTunnel.find(config, CommandLines.value(parsed, "tunnel", ""))
                    .admittingInvited();
            address = address(CommandLines.value(parsed, "address", ""), tunnel.config());
        } catch (OperatorException e) {
            shell.complain(e);
            return ExitCode.USAGE;
        }
        String out = CommandLines.value(parsed, "out", name + Invitation.ENDING);
        boolean replace = parsed.hasMatchedOption("--replace");
        ClientStore store = tunnel.clients();
        if (!replace) {
            store.refuseExisting(name); // before a server key is made for nothing
        }
        List<KeyMaterial> own = tunnel.findOrMake();
        KeyMaterial next = tunnel.prepareNext();
        KeyMaterial client = new CertificateMaker(clock, new SecureRandom())
                .make(new CertificateTemplate(name, List.of(), validity, KeyType.ECDSA_P256));
        Invitation invitation = new Invitation(
                name,
                address,
                own.stream().map(KeyMaterial::pin).distinct().toList(),
                next == null ? List.of() : List.of(next.pin()),
                client);
        handOut(invitation, out, shell.out(), () -> store.add(known(invitation, tunnel.config()), replace));
        PrintStream words = out.equals(TO_STDOUT) ? shell.err() : shell.out();
        answer(invitation, out, tunnel, words);
        warnings(tunnel.config(), address, parsed).forEach(warning -> words.println("\nwarning: " + warning));
        return ExitCode.OK;
    }

    private KnownClient known(Invitation invitation, TunnelConfig tunnel) {
        return new KnownClient(
                invitation.name(),
                invitation.own().pin(),
                tunnel.name(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                invitation.until(),
                null,
                Stream.concat(invitation.pins().stream(), invitation.next().stream())
                        .toList());
    }

    /** The noting of a client whose invitation has been written. */
    private interface Noting {
        void run() throws OperatorException;
    }

    /** First the file, so that nobody is let in who was given nothing. */
    private static void handOut(Invitation invitation, String out, PrintStream stdout, Noting noting)
            throws OperatorException {
        byte[] yaml = invitation.yaml();
        try {
            if (out.equals(TO_STDOUT)) {
                stdout.write(yaml, 0, yaml.length);
                if (stdout.checkError()) {
                    throw new OperatorException("--out", "the invitation cannot be printed; nobody was invited");
                }
                noting.run();
                return;
            }
            Path file = Path.of(out);
            StateFiles.create(file, yaml);
            noteOrTakeBack(file, noting);
        } finally {
            Arrays.fill(yaml, (byte) 0);
        }
    }

    private static void noteOrTakeBack(Path file, Noting noting) throws OperatorException {
        try {
            noting.run();
        } catch (OperatorException e) {
            try {
                Files.delete(file);
            } catch (IOException stays) {
                e.addSuppressed(stays); // it opens nothing
            }
            throw e;
        }
    }

    private static void answer(Invitation invitation, String out, ServedTunnel tunnel, PrintStream words) {
        boolean printed = out.equals(TO_STDOUT);
        String file = printed ? invitation.name() + Invitation.ENDING : out;
        words.println(
                "invitation  " + (printed ? "printed" : out) + " (a private key is in it: readable by its owner only)");
        words.println("client      " + invitation.name() + ", for tunnel "
                + tunnel.config().name() + ", noted in " + tunnel.clients().directory());
        words.println("connects to " + invitation.target());
        words.println("until       " + invitation.until());
        words.println();
        words.println("Bring the file to the client's machine, and only there; for instance:");
        words.println("  scp " + file + " USER@CLIENT:");
        words.println("The client then runs with:");
        words.println("  proxy-client run " + Path.of(file).getFileName());
    }

    private static List<String> warnings(TunnelConfig tunnel, Address.Tcp address, ParseResult parsed) {
        Stream.Builder<String> warnings = Stream.builder();
        if (!parsed.hasMatchedOption("--address")) {
            if (address.isLocal()) {
                warnings.add(address + " leads to this machine itself, where the tunnel listens: clients elsewhere need"
                        + " another --listen of the server, and --address HOST:PORT here");
            } else if (MachineName.isGuess(tunnel.accept().listen())) {
                warnings.add(
                        "the address " + address + " is a guess, by this machine's name for itself: if clients reach it"
                                + " by another, give --address HOST:PORT (and --replace), or edit the line target: of the file");
            }
        }
        if (TunnelWords.letsAnyoneIn(tunnel)) {
            warnings.add(
                    "the tunnel " + tunnel.name() + " lets anyone connect, so that nobody needs the invitation, and"
                            + " \"revoke\" will shut nobody out: remove \"access: anyone\"");
        }
        return warnings.build().toList();
    }

    private static String name(ParseResult parsed) {
        String name = parsed.matchedPositionalValue(0, "");
        if (name.isEmpty()) {
            throw new ParameterException(parsed.commandSpec().commandLine(), "invite needs a word: NAME");
        }
        try {
            KnownClient.checkName(name);
            return name;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static Duration validity(ParseResult parsed) {
        String days = CommandLines.value(parsed, "expires", DEFAULT_VALIDITY.toDays() + "d");
        if (!days.matches("[1-9]\\d{0,4}d")) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    "--expires: \"" + days + "\" is not a number of days such as 90d, from 1d to 99999d");
        }
        return Duration.ofDays(Long.parseLong(days.substring(0, days.length() - 1)));
    }

    private static Address.Tcp address(String given, TunnelConfig tunnel) throws OperatorException {
        Address.@Nullable Tcp listen =
                tunnel.accept().listen() instanceof Address.Tcp tcp && tcp.port() > 0 ? tcp : null;
        if (given.isEmpty()) {
            if (listen == null) {
                throw new OperatorException(
                        "--address",
                        "it is needed, because the tunnel listens on "
                                + tunnel.accept().listen() + ", which names no port to connect to: give HOST:PORT");
            }
            return MachineName.reachableAddress(listen);
        }
        try {
            boolean bare = given.matches("[^:\\[\\]\\s/]+") && !given.matches("\\d+");
            String whole = bare && listen != null ? given + ":" + listen.port() : given;
            if (Address.parse(whole, "") instanceof Address.Tcp tcp
                    && tcp.port() > 0
                    && !tcp.host().isEmpty()) {
                return tcp;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new OperatorException("--address", "\"" + given + "\" is not an address to connect to: write HOST:PORT");
    }
}
