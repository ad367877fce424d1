package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.pki.TicketKeyFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code ticket-keys}: makes or rotates the keys by which replicas continue each other's TLS sessions. */
final class TicketKeysCommand implements Command {
    @Override
    public String name() {
        return "ticket-keys";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Make or rotate a file of session ticket keys, which replicas share to continue each other's TLS sessions.",
                "The first key seals new tickets, all of them open old ones. A file that exists is never overwritten; it is"
                        + " readable by its owner only.");
        spec.addPositional(CommandLines.word("FILE", "The file to make; for proxy-server's option ticket-keys."));
        spec.addOption(OptionSpec.builder("--rotate")
                .type(boolean.class)
                .arity("0")
                .description(
                        "Rotates the keys of a file that is there: the next one seals, a fresh one is next, and the"
                                + " one that sealed stays for the tickets it has sealed.")
                .build());
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        String name = parsed.matchedPositionalValue(0, "");
        if (name.isEmpty()) {
            throw new ParameterException(parsed.commandSpec().commandLine(), "ticket-keys needs a word: FILE");
        }
        Path file = Path.of(name);
        if (parsed.hasMatchedOption("--rotate")) {
            TicketKeyFile.rotate(file, new SecureRandom());
            shell.out().println(file + " holds the keys in use now, the next and the previous ones.");
        } else {
            TicketKeyFile.make(file, new SecureRandom());
            shell.out().println(file + " holds a key to use now and the next one (keep them private).");
        }
        shell.out().println();
        shell.out()
                .println(
                        """
                        Every replica uses it with:
                          proxy-server run --ticket-keys %1$s
                        To change the keys, for instance every day, rotate the one original:
                          proxy-server ticket-keys %1$s --rotate
                        and copy it to all replicas, in any order and in whatever time: each knows the next
                        key already, so the tickets of those that have the new file are good with those that
                        still have the old one. Rotate again only once all of them have it."""
                                .formatted(file));
        return ExitCode.OK;
    }
}
