package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelOption.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes the manual's page of what becomes of stunnel's options. */
final class StunnelOptionsPage {
    private static final String INTRODUCTION =
            """
            # Options of stunnel

            <!-- Made from the registry of stunnel's options by StunnelOptionsPageTest; rewrite it with:
                 mvn -ntp -q -pl common test -Dtest=StunnelOptionsPageTest -Dferrule.docs=write -->

            What becomes of each option of a stunnel.conf when Ferrule runs it. Options that are not listed are errors, as they are
            with stunnel.

            | word | meaning |
            |---|---|
            | as in stunnel | it has the same effect |
            | differs | it has the effect that it is written for, with the difference that is told |
            | no effect | it is accepted; a notice at the start says why it is not needed |
            | refused | the configuration is not run, because the tunnel would do something else than it says |

            Where the fate of some values is another, they follow in the same cell.
            """;

    private StunnelOptionsPage() {}

    static String text() {
        return INTRODUCTION
                + options("Before the first section", Scope.GLOBAL)
                + options("In a section, or before the first as a default", Scope.SERVICE)
                + tlsOptions()
                + socketOptions()
                + protocols();
    }

    private static String options(String title, Scope scope) {
        StringBuilder text = new StringBuilder(head(title, "| option | with stunnel | default | with Ferrule |"));
        StunnelOption.all().stream()
                .filter(o -> o.scope() == scope)
                .forEach(o -> text.append("| `%s` | %s | %s | %s |\n"
                        .formatted(o.name(), cell(o.syntax()), code(o.standard()), fates(o))));
        return text.toString();
    }

    private static String fates(StunnelOption option) {
        String special = new TreeMap<>(option.special())
                .entrySet().stream()
                        .filter(e -> !e.getValue().equals(option.usual()))
                        .map(e -> "; `" + e.getKey() + "`: " + fate(e.getValue()))
                        .collect(Collectors.joining());
        return switch (option.name()) {
            case "options", "socket", "protocol" -> "see below";
            default -> fate(option.usual()) + special;
        };
    }

    private static String tlsOptions() {
        StringBuilder text = new StringBuilder(head("Values of `options`", "| values | with Ferrule |"));
        Map<Fate, List<String>> names = TlsOptions.names().stream()
                .collect(Collectors.groupingBy(TlsOptions::of, LinkedHashMap::new, Collectors.toList()));
        names.forEach((fate, of) -> text.append("| %s | %s |\n"
                .formatted(of.stream().map(n -> "`" + n + "`").collect(Collectors.joining(", ")), fate(fate))));
        return text
                + """

                A minus before the name clears it. `-NO_SSL_MASK`, `-NO_COMPRESSION` and `-NO_RENEGOTIATION` are refused; `-NO_TLSv1`, `-NO_TLSv1_1`, `-NO_TLSv1_2`, `-NO_TLSv1_3` and `-NO_TICKET` are as in stunnel; the others have
                no effect.
                """;
    }

    private static String socketOptions() {
        String names = SocketOption.ALL.stream().map(o -> "`" + o.name() + "`").collect(Collectors.joining(", "));
        return "\n## Values of `socket`\n\n" + names
                + """
                , and of newer stunnels `TCP_MAXSEG`. All of them are set, on Linux; where the kernel refuses one, what happens is what
                happens with stunnel. Elsewhere they are refused.

                What stunnel sets by itself is as in stunnel: `a:SO_REUSEADDR`, `l:TCP_NODELAY` and `r:TCP_NODELAY`. Besides these,
                connections have `SO_KEEPALIVE` with Ferrule's own times, unless a line says otherwise.
                """;
    }

    private static String protocols() {
        String names = Protocol.ALL.stream().map(p -> "`" + p.name() + "`").collect(Collectors.joining(", "));
        return "\n## Values of `protocol`\n\n" + names
                + ". All of them are refused for now: Ferrule speaks TLS from the first byte on.\n";
    }

    private static String head(String title, String columns) {
        return "\n## " + title + "\n\n" + columns + "\n" + columns.replaceAll("[^|]+", "---") + "\n";
    }

    private static String fate(Fate fate) {
        String word =
                switch (fate.treatment()) {
                    case HONOURED -> "as in stunnel";
                    case DIFFERS -> "differs";
                    case NOTICE -> "no effect";
                    case REFUSED -> "refused";
                };
        return fate.sentence().isEmpty() ? word : "**" + word + "**: " + cell(fate.sentence());
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
