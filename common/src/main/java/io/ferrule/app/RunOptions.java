package io.ferrule.app;

import io.ferrule.config.Capacity;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Option;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The flags of {@code run} and {@code check}: config's options, in sections for the reader of {@code --help}. */
final class RunOptions {
    /** A heading of the usage text, and the options under it in their order. */
    private record Section(String heading, List<String> options) {}

    private static final List<Section> SECTIONS = List.of(
            new Section(
                    "The tunnel",
                    List.of(
                            "listen",
                            "target",
                            "certificate",
                            "key",
                            "certificate-pem",
                            "key-pem",
                            "key-password",
                            "unknown-names",
                            "publish-pin")),
            new Section(
                    "Who may connect (any of these)",
                    List.of("access", "client-pin", "client-ca", "client-name", "client-certificate")),
            new Section(
                    "What the server is known by (one of four)",
                    List.of("invitation", "pin", "next-pin", "server-certificate", "ca", "server-name", "verify-name")),
            new Section(
                    "Who is refused all the same",
                    List.of("deny", "crl", "ocsp", "ocsp-timeout", "insecure-allow-unknown-status")),
            new Section(
                    "TLS",
                    List.of(
                            "tls-min-version",
                            "tls-max-version",
                            "alpn",
                            "staple",
                            "tls-ciphers",
                            "cipher-preference",
                            "tls-groups",
                            "post-quantum",
                            "tls-signatures",
                            "session-tickets",
                            "ticket-keys",
                            "session-cache",
                            "session-lifetime",
                            "insecure-allow-expired",
                            "insecure-plaintext")),
            new Section(
                    "The process",
                    List.of(
                            "config",
                            "state-directory",
                            "admin",
                            "health-check",
                            "watch-files",
                            "expiry-warning",
                            "log-format",
                            "log-level")),
            new Section(
                    "Limits", List.of("max-connections", "max-handshakes", "max-connections-per-source", "buffer")));

    /** Takes whatever no other section names, so that a new option is never left out. */
    private static final String REST = "Waits and machinery";

    private static final String INVITATION = "invitation";

    private RunOptions() {}

    /** Gives a command all options of a program. */
    static void addTo(CommandSpec spec, Role role) {
        List<Option> rest = new ArrayList<>(Option.forRole(role));
        for (Section section : SECTIONS) {
            List<Option> options = section.options().stream()
                    .flatMap(name -> rest.stream().filter(o -> o.name().equals(name)))
                    .toList();
            addSection(spec, role, section.heading(), options);
            rest.removeIf(option -> section.options().contains(option.name()));
        }
        addSection(spec, role, REST, rest);
        if (role == Role.CLIENT) {
            spec.addPositional(CommandLines.word(
                    "INVITATION", "What \"proxy-server invite\" wrote for this client; short for --invitation."));
        }
    }

    /** Gives a command only those of a program's options that tell it where {@code run} finds things. */
    static void addTo(CommandSpec spec, Role role, String heading, String... names) {
        addSection(
                spec,
                role,
                heading,
                List.of(names).stream()
                        .map(name -> Option.byName(name).orElseThrow())
                        .toList());
    }

    /**
     * Makes the config that the flags, the environment and the file describe.
     *
     * @throws OperatorException with all problems
     */
    static ProcessConfig read(ParseResult parsed, Shell shell) throws OperatorException {
        return source(parsed, shell).read(new HashSet<>());
    }

    /**
     * Where that is read from, as often as one likes.
     *
     * @throws OperatorException if the command line contradicts itself
     */
    static ConfigSource source(ParseResult parsed, Shell shell) throws OperatorException {
        Map<String, List<String>> flags = flags(parsed, shell);
        String invitation = shell.role() == Role.CLIENT ? parsed.matchedPositionalValue(0, "") : "";
        if (!invitation.isEmpty() && flags.putIfAbsent(INVITATION, List.of(invitation)) != null) {
            throw new OperatorException("--" + INVITATION, "given twice, with and without its name: give one");
        }
        Capacity capacity = new Capacity(Runtime.getRuntime().maxMemory());
        return files -> ConfigReader.read(shell.role(), flags, shell.environment(), capacity, files);
    }

    /**
     * Finds the state directory, and reads nothing else than it takes.
     *
     * @throws OperatorException if that cannot be told
     */
    static Path stateDirectory(ParseResult parsed, Shell shell) throws OperatorException {
        return ConfigReader.stateDirectory(shell.role(), flags(parsed, shell), shell.environment());
    }

    private static Map<String, List<String>> flags(ParseResult parsed, Shell shell) {
        Map<String, List<String>> flags = new LinkedHashMap<>();
        for (Option option : Option.forRole(shell.role())) {
            if (parsed.hasMatchedOption(option.flag())) {
                flags.put(
                        option.name(),
                        option.isSwitch() && !isOn(option, shell.role())
                                ? List.of("true")
                                : CommandLines.values(parsed, option.name()));
            }
        }
        for (Option option : Option.forRole(shell.role())) {
            option.fileTwin().ifPresent(twin -> {
                List<String> files = CommandLines.values(parsed, twin.name());
                if (!files.isEmpty()) {
                    flags.put(twin.name(), files);
                }
            });
        }
        return flags;
    }

    private static void addSection(CommandSpec spec, Role role, String heading, List<Option> options) {
        if (options.isEmpty()) {
            return;
        }
        ArgGroupSpec.Builder group = ArgGroupSpec.builder()
                .heading("%n" + heading + ":%n")
                .exclusive(false)
                .validate(false)
                .order(spec.argGroups().size());
        for (Option option : options) {
            // A secret's own flag is known only in order to be refused with a reason.
            group.addArg(option.secret() ? secret(option) : flag(option, role));
            option.fileTwin().ifPresent(twin -> group.addArg(flag(twin, role)));
        }
        spec.addArgGroup(group.build());
    }

    private static OptionSpec secret(Option option) {
        return CommandLines.option(option.name(), option.placeholder(), option.help()).toBuilder()
                .hidden(true)
                .build();
    }

    /** True if it is a switch that is of use only to switch something off. */
    private static boolean isOn(Option option, Role role) {
        return option.isSwitch() && option.defaultText(role).equals("true");
    }

    private static OptionSpec flag(Option option, Role role) {
        String standard = option.defaultText(role);
        String description = option.help()
                + (option.repeatable() ? " May be repeated." : "")
                + (standard.isEmpty() || option.isSwitch() ? "" : " Default: " + standard);
        if (isOn(option, role)) {
            return OptionSpec.builder(option.flag())
                    .paramLabel("true|false")
                    .type(String[].class)
                    .arity("0..1")
                    .fallbackValue("true")
                    .description(description + " Default: true")
                    .build();
        }
        if (option.isSwitch()) {
            return OptionSpec.builder(option.flag())
                    .type(boolean.class)
                    .arity("0")
                    .description(description)
                    .build();
        }
        return CommandLines.option(option.name(), option.placeholder(), description);
    }
}
