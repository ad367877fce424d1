package io.ferrule.dist.making;

import io.ferrule.app.Program;
import io.ferrule.config.Option;
import io.ferrule.config.Role;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of one program: its commands with their options, as {@code --help} tells them. */
final class ProgramPage {
    private final Role role;
    private final CommandSpec program;

    private ProgramPage(Role role) {
        this.role = role;
        this.program = Program.commandLine(role).getCommandSpec();
    }

    static String text(Role role, PageHead head) {
        return new ProgramPage(role).text(head);
    }

    private String text(PageHead head) {
        String purpose = sentences(program).replaceFirst("^Ferrule's (server|client): ", "");
        Roff page = new Roff()
                .section("SYNOPSIS")
                .line(Roff.bold(role.program()) + " " + Roff.slanted("COMMAND") + " [" + Roff.slanted("OPTIONS") + "]")
                .section("DESCRIPTION")
                .text(Roff.escape(sentences(program)))
                .paragraph("The same program is started by \"ferrule "
                        + role.program().replace("proxy-", "") + "\".")
                .section("COMMANDS");
        program.subcommands().values().forEach(command -> page.append(command(command.getCommandSpec())));
        page.section("ENVIRONMENT")
                .line("Each option of " + Roff.bold("run") + " is also a variable:")
                .line(Roff.bold("--log-level") + " is " + Roff.bold("FERRULE_LOG_LEVEL") + ".")
                .line("A flag wins over a variable, a variable over the file.");
        page.item(Roff.bold("JAVA_HOME"), "The Java that runs the program, 17 or newer; else the one on the PATH.");
        page.item(Roff.bold("JDK_JAVA_OPTIONS"), "Options added to those of the Java virtual machine.");
        page.section("FILES")
                .item(
                        Roff.bold("/etc/ferrule/" + file()),
                        "The configuration of the service, where a package installed it.")
                .item(
                        Roff.bold("jvm.options"),
                        "Options of the Java virtual machine: in /etc/ferrule, or beside the program\\(aqs bin.")
                .section("EXIT STATUS")
                .item("0", "It is done; a daemon was stopped by a signal.")
                .item("1", "Something outside has to be mended, such as a port in use or a key that cannot be read.")
                .item("2", "The command line or the configuration has to be mended.")
                .item("70", "The program has a defect.")
                .section("SEE ALSO")
                .line(".BR ferrule (1),")
                .line(".BR " + Roff.bold(other().program()).replace("\\fB", "").replace("\\fR", "") + " (1),")
                .line(".BR ferrule.yaml (5)");
        String begin = purpose.replaceFirst("\\.$", "");
        return head.begin(role.program(), 1, begin) + page;
    }

    private Roff command(CommandSpec command) {
        Roff section = new Roff().subsection(synopsis(command));
        String[] description = command.usageMessage().description();
        section.text(Roff.escape(plain(description[0])));
        for (int i = 1; i < description.length; i++) {
            section.paragraph(plain(description[i]));
        }
        if (List.of("check", "explain").contains(command.name())) {
            return section.paragraph("It has the options of \"run\".");
        }
        for (PositionalParamSpec word : command.positionalParameters()) {
            section.item(Roff.slanted(word.paramLabel()), Roff.escape(plain(String.join(" ", word.description()))));
        }
        List<OptionSpec> loose = new ArrayList<>(command.options());
        for (ArgGroupSpec group : command.argGroups()) {
            section.paragraph(plain(group.heading()).strip());
            group.options().stream()
                    .filter(option -> !option.hidden())
                    .forEach(option -> section.append(option(option)));
            loose.removeAll(group.options());
        }
        loose.stream()
                .filter(option -> !option.usageHelp() && !option.hidden())
                .forEach(option -> section.append(option(option)));
        return section;
    }

    private static Roff option(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : "=" + Roff.slanted(option.paramLabel());
        String variable = Option.byName(option.longestName().replaceFirst("^--", ""))
                .map(Option::variable)
                .map(name -> " (" + name + ")")
                .orElse("");
        return new Roff()
                .item(
                        Roff.bold(option.longestName()) + value,
                        Roff.escape(plain(String.join(" ", option.description())) + variable));
    }

    private String synopsis(CommandSpec command) {
        String words = command.positionalParameters().isEmpty()
                ? ""
                : " [" + command.positionalParameters().get(0).paramLabel() + "]";
        boolean options = command.options().stream().anyMatch(option -> !option.usageHelp());
        return role.program() + " " + command.name() + (options ? " [OPTIONS]" : "") + words;
    }

    private static String sentences(CommandSpec command) {
        return plain(String.join(" ", command.usageMessage().description()));
    }

    /** picocli's format characters undone. */
    private static String plain(String text) {
        return text.replace("%n", " ").replace("%%", "%");
    }

    private String file() {
        return role == Role.SERVER ? "server.yaml" : "client.yaml";
    }

    private Role other() {
        return role == Role.SERVER ? Role.CLIENT : Role.SERVER;
    }
}
