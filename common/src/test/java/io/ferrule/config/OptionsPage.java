package io.ferrule.config;

import java.util.List;
import java.util.stream.Collectors;

/** Makes the manual's page of all options from the registry. */
final class OptionsPage {
    private static final String INTRODUCTION =
            """
            # Options

            <!-- Made from OptionRegistry by OptionsPageTest; rewrite it with:
                 mvn -ntp -q -pl common test -Dtest=OptionsPageTest -Dferrule.docs=write -->

            Every option has three spellings: a flag of `run` and `check`, a key of the YAML file that `--config` names, and an
            environment variable. A flag wins over a variable, a variable over the file, the file over the default. Choices that
            exclude each other are replaced as a whole: `--pin` leaves nothing of a file's `ca`. What is unknown, unreadable,
            contradictory or without effect is an error; all errors are told at once, and nothing starts.

            A file holds the keys of one tunnel at its top level, or many tunnels by name below `tunnels:`; what describes the
            whole process always stands at the top level. Flags and variables describe one tunnel. Relative paths in a file are
            relative to that file.

            | value | how it is written |
            |---|---|
            | ADDR | `host:port`, `[v6]:port`, `port` or `unix:/path` |
            | BYTES | `131072`, `64KiB`, `1MiB` |
            | COUNT | a whole number |
            | DURATION | `500ms`, `10s`, `5m`, `2h`, `1d`, `0` |
            | NAME of a client | `cn:worker-*`, `dns:*.example.org`, `uri:spiffe://prod/*`, `ip:10.1.2.3`, or `*` for any |
            | PEM | the PEM text itself; line breaks may be written `\\n` |
            | PIN | `sha256/` and the Base64 of the SHA-256 of the public key, as `pin` prints it |

            An option without a value is a switch: the flag alone switches it on; as a key or variable it is `true` or `false`.
            One marked … takes several values: the flag again and again, a YAML list, a variable with commas or line breaks.

            Each variable has a twin that ends with `_FILE`, such as `FERRULE_PIN_FILE`. For FILE and DIRECTORY it means the same as
            the variable itself; for everything else it names a file that holds the value. Options without a flag are secret: their
            values are shown nowhere, and the files that hold them have to be their owner's alone.
            """;

    private OptionsPage() {}

    static String text() {
        return INTRODUCTION + section("The process", Option.Scope.PROCESS) + section("A tunnel", Option.Scope.TUNNEL);
    }

    private static String section(String title, Option.Scope scope) {
        List<Option> options =
                Option.all().stream().filter(o -> o.scope() == scope).toList();
        return options.stream()
                .map(OptionsPage::row)
                .collect(Collectors.joining(
                        "",
                        """

                ## %s

                | flag | YAML key | variable | default of proxy-server | default of proxy-client | meaning |
                |---|---|---|---|---|---|
                """
                                .formatted(title),
                        ""));
    }

    private static String row(Option option) {
        if (option.secret()) {
            return option.fileTwin()
                            .map(twin -> line(twin, option.fileVariable()))
                            .orElse("")
                    + line(option, option.variable());
        }
        return line(option, option.variable());
    }

    private static String line(Option option, String variable) {
        String flag = option.secret()
                ? "no flag"
                : option.flag()
                        + (option.isSwitch() ? "" : " " + option.placeholder())
                        + (option.repeatable() ? " …" : "");
        String key = option.name().equals("config") ? "" : "`" + option.name() + "`";
        return "| %s | %s | `%s` | %s | %s | %s |%n"
                .formatted(
                        option.secret() ? flag : "`" + flag + "`",
                        key,
                        variable,
                        standard(option, Role.SERVER),
                        standard(option, Role.CLIENT),
                        option.help())
                .replace("\r", "");
    }

    private static String standard(Option option, Role role) {
        if (!option.roles().contains(role)) {
            return "not an option";
        }
        String text = option.defaultText(role);
        return text.matches("\\S+") ? "`" + text + "`" : text;
    }
}
