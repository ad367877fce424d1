package io.ferrule.app;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Role;
import io.ferrule.pki.PemCertificates;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code pin}: the pins of certificates in a file or, for the client, of those that a server presents. */
final class PinCommand implements Command {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Role role;

    PinCommand(Role role) {
        this.role = role;
    }

    @Override
    public String name() {
        return "pin";
    }

    @Override
    public CommandSpec spec() {
        boolean looks = role == Role.CLIENT;
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                looks
                        ? "Print subject, validity and pin of every certificate in a PEM file, or of those that a TLS server"
                                + " presents."
                        : "Print subject, validity and pin of every certificate in a PEM file.");
        spec.addPositional(CommandLines.word(
                words(),
                looks
                        ? "A PEM file with certificates, or the address of a server. A file of that name goes first."
                        : "A PEM file with certificates."));
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        String what = parsed.matchedPositionalValue(0, "");
        if (what.isEmpty()) {
            throw new ParameterException(parsed.commandSpec().commandLine(), "pin needs a word: " + words());
        }
        if (role == Role.CLIENT && !Files.exists(Path.of(what)) && address(what) instanceof Address.Tcp server) {
            look(server, shell.out());
        } else {
            CertificateLines.of(PemCertificates.read(Path.of(what)), Instant.now())
                    .forEach(shell.out()::println);
        }
        return ExitCode.OK;
    }

    private static void look(Address.Tcp server, PrintStream out) throws OperatorException {
        List<X509Certificate> chain = CertificateLook.at(server, LIMIT);
        out.println(server + " presents:");
        out.println();
        CertificateLines.of(chain, Instant.now()).forEach(out::println);
        out.println();
        out.println("--pin " + Pin.of(chain.get(0)));
        out.println();
        out.println(
                """
                Nothing was verified: whoever stands on the path could have answered in the server's
                place. Compare the pin with the one that the server printed at its start, over a way
                that nobody else can write to, before you use it.""");
    }

    private String words() {
        return role == Role.CLIENT ? "FILE|HOST:PORT" : "FILE";
    }

    /** The address that the word is; null if it can only be a file. */
    private static @org.jspecify.annotations.Nullable Address address(String word) {
        if (!word.contains(":")) {
            return null;
        }
        try {
            return Address.parse(word, "");
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }
}
