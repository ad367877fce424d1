package io.ferrule.dist.making;

import io.ferrule.config.Option;
import io.ferrule.config.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The manual page of the configuration file, from the registry of options and the examples in {@code config/}. */
final class ConfigPage {
    private ConfigPage() {}

    static String text(PageHead head, Path examples) throws IOException {
        Roff page = new Roff()
                .section("DESCRIPTION")
                .line("Both programs read a YAML file that " + Roff.bold("--config") + " names.")
                .line("It holds the keys of one tunnel at its top level, or many tunnels by name below")
                .line(Roff.bold("tunnels:") + ";")
                .line("what describes the whole process always stands at the top level.")
                .line("Relative paths in it are relative to the file.")
                .paragraph("What is unknown, unreadable, contradictory or without effect is an error;"
                        + " all errors are told at once, and nothing starts."
                        + " \"proxy-server check --config FILE\" tells them without starting anything.")
                .paragraph("Every key is also a flag and a variable:"
                        + " log-level is --log-level and FERRULE_LOG_LEVEL."
                        + " A flag wins over a variable, a variable over the file, the file over the default."
                        + " The secrets key-pem and key-password have no flag.")
                .paragraph("A program that runs reads the file anew when it or a file that it names has changed,"
                        + " on SIGHUP and on POST /reload: all of it comes into force, or nothing.")
                .section("VALUES")
                .item(Roff.slanted("ADDR"), Roff.escape("host:port, [v6]:port, port or unix:/path"))
                .item(Roff.slanted("BYTES"), "131072, 64KiB, 1MiB")
                .item(Roff.slanted("COUNT"), "A whole number.")
                .item(Roff.slanted("DURATION"), "500ms, 10s, 5m, 2h, 1d, 0")
                .item(
                        Roff.slanted("PIN"),
                        "sha256/ and the Base64 of the SHA\\-256 of the public key, as " + Roff.bold("proxy-server pin")
                                + " prints it.")
                .paragraph("A key without a value below is a switch: true or false."
                        + " One that may be repeated takes a list too.")
                .section("KEYS OF THE PROCESS");
        keys(page, Option.Scope.PROCESS);
        page.section("KEYS OF A TUNNEL");
        keys(page, Option.Scope.TUNNEL);
        page.item(
                Roff.bold("names:"),
                Roff.escape("Of proxy-server only. A mapping from names, such as redis.example.net or *.example.net, to"
                        + " what holds for the clients that ask for them: "
                        + Option.all().stream()
                                .flatMap(ConfigPage::withFile)
                                .filter(Option::perName)
                                .map(Option::name)
                                .collect(Collectors.joining(", "))
                        + ". What a name does not say it has from its tunnel."));
        page.section("EXAMPLES").line("One Redis:").example(Files.readString(examples.resolve("server.yaml")));
        page.paragraph("An application:").example(Files.readString(examples.resolve("client.yaml")));
        page.paragraph("Three Redis instances:")
                .example(Files.readString(examples.resolve("server-many-tunnels.yaml")));
        page.section("SEE ALSO")
                .line(".BR ferrule (1),")
                .line(".BR proxy\\-server (1),")
                .line(".BR proxy\\-client (1)");
        return head.begin("ferrule.yaml", 5, "configuration of proxy-server and proxy-client") + page;
    }

    private static void keys(Roff page, Option.Scope scope) {
        Option.all().stream()
                .flatMap(ConfigPage::withFile)
                .filter(option -> option.scope() == scope && !option.name().equals("config"))
                .forEach(option -> page.item(
                        Roff.bold(option.name() + ":")
                                + (option.isSwitch() ? "" : " " + Roff.slanted(option.placeholder())),
                        Roff.escape(meaning(option))));
    }

    /** A secret's key, and the one that names a file with it. */
    private static Stream<Option> withFile(Option option) {
        return Stream.concat(Stream.of(option), option.fileTwin().stream());
    }

    private static String meaning(Option option) {
        String server = option.defaultText(Role.SERVER);
        String client = option.defaultText(Role.CLIENT);
        StringBuilder text = new StringBuilder();
        if (option.roles().size() == 1) {
            text.append("Of ")
                    .append(option.roles().iterator().next().program())
                    .append(" only. ");
        }
        text.append(option.help()).append(option.repeatable() ? " May be repeated." : "");
        if (!option.isSwitch()) {
            if (server.equals(client) || option.roles().size() == 1) {
                String standard = server.isEmpty() ? client : server;
                text.append(standard.isEmpty() ? "" : " Default: " + standard);
            } else {
                text.append(server.isEmpty() ? "" : " Default of proxy-server: " + server + ".");
                text.append(client.isEmpty() ? "" : " Default of proxy-client: " + client + ".");
            }
        }
        return text.toString();
    }
}
