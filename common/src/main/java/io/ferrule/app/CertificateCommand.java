package io.ferrule.app;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Role;
import io.ferrule.pki.CertificateMaker;
import io.ferrule.pki.CertificateTemplate;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.KeyType;
import io.ferrule.pki.PinFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code certificate}: makes a key and a self-signed certificate, and says what to do with them. */
final class CertificateCommand implements Command {
    private final Role role;

    CertificateCommand(Role role) {
        this.role = role;
    }

    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Make a private key and a self-signed certificate, and print its pin.",
                "A certificate or key that exists is never overwritten; the key is readable by its owner only.");
        spec.addOption(CommandLines.option(
                "out-certificate", "FILE", "Writes the certificate here. Default: " + fileName("crt")));
        spec.addOption(CommandLines.option("out-key", "FILE", "Writes the key here. Default: " + fileName("key")));
        spec.addOption(CommandLines.option(
                "name",
                "NAME",
                "Issues it for this host name or IP address; peers that pin need none. May be repeated."));
        spec.addOption(CommandLines.option(
                "key-type",
                "TYPE",
                "Makes a key of this kind: ecdsa-p256, ecdsa-p384 or rsa-3072. Default: " + KeyType.ECDSA_P256));
        spec.addOption(CommandLines.option(
                "days",
                "COUNT",
                "Lets it expire after so many days. Default: " + CertificateTemplate.DEFAULT_VALIDITY.toDays()));
        spec.addOption(CommandLines.option(
                "out-pin", "FILE", "Writes the pin here too, for FERRULE_PIN_FILE or FERRULE_CLIENT_PIN_FILE."));
        spec.addOption(OptionSpec.builder("--keep")
                .type(boolean.class)
                .arity("0")
                .description("Keeps certificate and key if both are there already, and fails if only one is.")
                .build());
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        KeyFiles files = new KeyFiles(
                Path.of(CommandLines.value(parsed, "out-certificate", fileName("crt"))),
                Path.of(CommandLines.value(parsed, "out-key", fileName("key"))));
        CertificateTemplate template = template(parsed);
        String outPin = CommandLines.value(parsed, "out-pin", "");
        Path pinFile = outPin.isEmpty() ? null : Path.of(outPin);
        Optional<KeyMaterial> kept = parsed.hasMatchedOption("--keep") ? KeyMaterial.find(files) : Optional.empty();
        if (pinFile != null && kept.isEmpty()) {
            PinFile.check(pinFile); // before a key is made whose pin could not be handed on
        }
        KeyMaterial material = kept.isPresent() ? kept.get() : make(template, files);
        if (pinFile != null) {
            PinFile.write(pinFile, material.pin());
        }
        answer(shell.out(), files, kept.isPresent(), material.pin(), pinFile);
        return ExitCode.OK;
    }

    private static KeyMaterial make(CertificateTemplate template, KeyFiles files) throws OperatorException {
        KeyMaterial material = new CertificateMaker(Clock.systemUTC(), new SecureRandom()).make(template);
        material.writeTo(files);
        return material;
    }

    private void answer(PrintStream out, KeyFiles files, boolean kept, Pin pin, @Nullable Path pinFile) {
        out.println("certificate  " + files.certificate() + (kept ? " (kept as it was)" : ""));
        out.println("key          " + files.key()
                + (kept ? " (kept as it was)" : " (keep it private; it is readable by its owner only)"));
        out.println("pin          " + pin + (pinFile == null ? "" : " (also in " + pinFile + ")"));
        out.println();
        out.println(next(files, pin.toString()));
    }

    private CertificateTemplate template(ParseResult parsed) {
        List<String> names = CommandLines.values(parsed, "name");
        String common = names.isEmpty() || names.get(0).length() > 64 ? role.program() : names.get(0);
        String days = CommandLines.value(parsed, "days", Long.toString(CertificateTemplate.DEFAULT_VALIDITY.toDays()));
        try {
            if (!days.matches("\\d{1,7}")) {
                throw new IllegalArgumentException("--days: \"" + days + "\" is not a number of days");
            }
            return new CertificateTemplate(
                    common,
                    names,
                    Duration.ofDays(Long.parseLong(days)),
                    KeyType.parse(CommandLines.value(parsed, "key-type", KeyType.ECDSA_P256.toString())));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private String next(KeyFiles files, String pin) {
        String own = "--certificate " + files.certificate() + " --key " + files.key();
        return switch (role) {
            case SERVER ->
                """
                The server uses it with:
                  proxy-server run %s --access anyone
                Its clients then connect with:
                  proxy-client run --target HOST:46379 --pin %s"""
                        .formatted(own, pin);
            case CLIENT ->
                """
                The client shows it with:
                  proxy-client run --target HOST:46379 --pin SERVER-PIN %s
                The server lets exactly this client in with:
                  proxy-server run --client-pin %s"""
                        .formatted(own, pin);
        };
    }

    private String fileName(String ending) {
        return role.program() + "." + ending;
    }
}
