package io.ferrule.dist.making;

import io.ferrule.app.Program;
import io.ferrule.config.Role;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for bash, as picocli writes it, and for zsh, with what {@code --help} says beside each word. */
final class Completion {
    /** The words that an option takes, where they are few. */
    private static final Map<String, List<String>> WORDS = Map.ofEntries(
            Map.entry("--access", List.of("invited", "anyone")),
            Map.entry("--client-certificate", List.of("required", "optional")),
            Map.entry("--unknown-names", List.of("serve", "refuse")),
            Map.entry("--ocsp", List.of("off", "aia")), // or an address
            Map.entry("--post-quantum", List.of("preferred", "required", "off")),
            Map.entry("--cipher-preference", List.of("server", "client")),
            Map.entry("--session-tickets", List.of("on", "off")),
            Map.entry("--log-format", List.of("text", "json")),
            Map.entry("--log-level", List.of("error", "warn", "info", "debug", "trace")),
            Map.entry("--tls-min-version", List.of("1.2", "1.3")),
            Map.entry("--tls-max-version", List.of("1.2", "1.3")),
            Map.entry("--transport", List.of("auto", "io_uring", "epoll", "kqueue", "nio")),
            Map.entry("--key-type", List.of("ecdsa-p256", "ecdsa-p384", "rsa-3072")));

    private Completion() {}

    /** Paths below the distribution with their text. */
    static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        for (Role role : Role.values()) {
            files.put("completion/bash/" + role.program(), bash(role.program(), copy(program(role), role.program())));
        }
        CommandSpec both = CommandSpec.create().name("ferrule");
        both.addSubcommand("server", copy(program(Role.SERVER), "server"));
        both.addSubcommand("client", copy(program(Role.CLIENT), "client"));
        both.addSubcommand("version", CommandSpec.create().name("version"));
        both.addSubcommand("help", CommandSpec.create().name("help"));
        files.put("completion/bash/ferrule", bash("ferrule", both));
        files.put("completion/zsh/_ferrule", zsh());
        return files;
    }

    /** The words known for an option. */
    static Map<String, List<String>> words() {
        return WORDS;
    }

    private static CommandSpec program(Role role) {
        return Program.commandLine(role).getCommandSpec();
    }

    private static String bash(String name, CommandSpec spec) {
        // It is read by a shell, not run.
        return AutoComplete.bash(name, new CommandLine(spec)).replaceFirst("^#!.*\n", "");
    }

    /** The same tree for completion alone: options know which words or files they take. */
    private static CommandSpec copy(CommandSpec original, String name) {
        CommandSpec copy = CommandSpec.create().name(name);
        for (OptionSpec option : shown(original)) {
            OptionSpec.Builder builder = OptionSpec.builder(option.names())
                    // picocli keeps an option's words in a variable that is named after its label.
                    .paramLabel(option.longestName().replaceFirst("^-+", "").replace('-', '_'))
                    .arity(option.arity() + "");
            if (option.arity().max() > 0) {
                builder.type(isFile(option) ? File[].class : String[].class);
                Optional.ofNullable(WORDS.get(option.longestName())).ifPresent(builder::completionCandidates);
            }
            copy.addOption(builder.build());
        }
        for (PositionalParamSpec word : original.positionalParameters()) {
            boolean file = word.paramLabel().contains("FILE");
            copy.addPositional(PositionalParamSpec.builder()
                    .index("0")
                    .arity("0..1")
                    .type(file ? File.class : String.class)
                    .paramLabel(word.paramLabel())
                    .build());
        }
        original.subcommands()
                .forEach((word, command) -> copy.addSubcommand(word, copy(command.getCommandSpec(), word)));
        return copy;
    }

    /** Its options without those that are known only to be refused. */
    private static List<OptionSpec> shown(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    private static boolean isFile(OptionSpec option) {
        return option.paramLabel().equals("FILE") || option.paramLabel().equals("DIRECTORY");
    }

    private static String zsh() {
        StringBuilder script = new StringBuilder(
                """
                #compdef ferrule proxy-server proxy-client

                # Called with the words after the program's name in $words.
                """);
        for (Role role : Role.values()) {
            script.append(function(role));
        }
        return script
                + """

                _ferrule() {
                  local state
                  case $service in
                    proxy-server) _ferrule_server ;;
                    proxy-client) _ferrule_client ;;
                    *)
                      _arguments '1:program:(server client version help)' '*:: :->rest'
                      case $state:$words[1] in
                        rest:server) _ferrule_server ;;
                        rest:client) _ferrule_client ;;
                      esac
                      ;;
                  esac
                }

                _ferrule "$@"
                """;
    }

    private static String function(Role role) {
        Map<String, CommandLine> commands = program(role).subcommands();
        String names = commands.values().stream()
                .map(CommandLine::getCommandSpec)
                .map(command -> command.name() + "\\:"
                        + quoted(command.usageMessage().description()[0].replaceFirst("\\.$", "")))
                .map(word -> word.replace(" ", "\\ "))
                .collect(Collectors.joining(" "));
        String cases = commands.values().stream()
                .map(command -> "    rest:" + command.getCommandName() + ") _arguments"
                        + arguments(command.getCommandSpec()) + " ;;\n")
                .collect(Collectors.joining());
        return """

                _ferrule_%s() {
                  local state
                  _arguments '1:command:((%s))' '*:: :->rest'
                  case $state:$words[1] in
                %s  esac
                }
                """
                .formatted(role.program().replace("proxy-", ""), names, cases);
    }

    private static String arguments(CommandSpec command) {
        Stream<String> options = shown(command).stream().map(Completion::option);
        Stream<String> words = command.positionalParameters().stream()
                .map(word ->
                        "'1:" + word.paramLabel() + ":" + (word.paramLabel().contains("FILE") ? "_files" : "") + "'");
        return Stream.concat(options, words).map(word -> " \\\n      " + word).collect(Collectors.joining());
    }

    private static String option(OptionSpec option) {
        String help = quoted(String.join(" ", option.description()).replace("%%", "%"));
        boolean repeatable = help.contains("May be repeated.");
        if (option.arity().max() == 0) {
            return "'" + option.longestName() + "[" + help + "]'";
        }
        List<String> known = WORDS.getOrDefault(option.longestName(), List.of());
        String values = option.paramLabel().equals("DIRECTORY")
                ? "_files -/"
                : isFile(option) ? "_files" : known.isEmpty() ? "" : "(" + String.join(" ", known) + ")";
        return "'" + (repeatable ? "*" : "") + option.longestName() + "=[" + help + "]:" + option.paramLabel() + ":"
                + values + "'";
    }

    /** Text inside single quotes and brackets of {@code _arguments}. */
    private static String quoted(String text) {
        return text.replace("\\", "\\\\")
                .replace("'", "'\\''")
                .replace(":", "\\:")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace("(", "\\(")
                .replace(")", "\\)");
    }
}
