package io.ferrule.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.app.Program;
import io.ferrule.config.Option;
import io.ferrule.config.Role;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Manual;
import io.ferrule.testing.NeedsCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is generated into the distribution: manual pages, completion, notices, checksums. */
class ShippedFilesIT {
    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(Shipped.folder().resolve("man"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    static List<Path> scripts() throws IOException {
        Path source = Manual.root().resolve("docker/src/main");
        try (Stream<Path> files = Files.list(source.resolve("deb/control"))) {
            return Stream.concat(
                            Stream.of(source.resolve("dist/bin/ferrule")),
                            files.filter(file -> file.getFileName().toString().startsWith("p")))
                    .toList();
        }
    }

    @NeedsCommand("mandoc")
    @ParameterizedTest
    @MethodSource("pages")
    void manualPageHasNothingToComplainOf(Path page) {
        CommandResult lint = CommandResult.of("mandoc", "-Tlint", page.toString());
        assertThat(lint.output()).isEmpty();
        assertThat(lint.exitCode()).isZero();
    }

    @Test
    void thereIsAPageForEachProgramAndForTheFile() throws IOException {
        assertThat(pages())
                .extracting(page -> page.getFileName().toString())
                .containsExactlyInAnyOrder("ferrule.1", "proxy-client.1", "proxy-server.1", "ferrule.yaml.5");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void pageNamesEveryCommandAndOption(Role role) throws IOException {
        String page = Files.readString(Shipped.folder().resolve("man/man1/" + role.program() + ".1"))
                .replace("\\", "");
        Program.commandLine(role).getSubcommands().keySet().forEach(command -> assertThat(page)
                .contains(".SS \"" + role.program() + " " + command));
        assertThat(Option.forRole(role)).allSatisfy(option -> {
            if (option.secret()) {
                assertThat(page).as("it is no flag").doesNotContain("fB" + option.flag() + "fR");
            } else {
                assertThat(page).contains("fB" + option.flag() + "fR");
            }
        });
    }

    @Test
    void pageOfTheFileNamesEveryKey() throws IOException {
        String page = Files.readString(Shipped.folder().resolve("man/man5/ferrule.yaml.5"))
                .replace("\\", "");
        assertThat(Option.all())
                .filteredOn(option -> !option.name().equals("config"))
                .allSatisfy(option -> assertThat(page).contains("fB" + option.name() + ":fR"));
        assertThat(page).contains("fBnames:fR", "fBkey-password-file:fR");
    }

    @NeedsCommand("shellcheck")
    @ParameterizedTest
    @MethodSource("scripts")
    void scriptIsPosix(Path script) {
        CommandResult.of("shellcheck", "--shell=sh", script.toString()).orFail();
    }

    @NeedsCommand("bash")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    proxy-server | proxy-server run --li          | --listen
                    proxy-server | proxy-server cert              | certificate
                    proxy-server | proxy-server inv               | invite
                    proxy-server | proxy-server run --log-format  | text json
                    proxy-server | proxy-server run --access      | invited anyone
                    proxy-client | proxy-client run --inv         | --invitation
                    proxy-client | proxy-client run --server-n    | --server-name
                    ferrule      | ferrule cl                     | client
                    ferrule      | ferrule server check --client- | --client-pin --client-ca --client-name --client-certificate
                    """)
    void bashCompletes(String program, String line, String expected) {
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ", -1)));
        if (line.endsWith("--log-format") || line.endsWith("--access")) {
            words.add(""); // the word after it
        }
        String script =
                """
                compopt() { :; } # it complains outside of a line that is being edited
                . "$1"; shift
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
                function=$(complete -p "$1" | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
                COMPREPLY=()
                "$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "--norc",
                "-c",
                script,
                "bash",
                Shipped.folder().resolve("completion/bash/" + program).toString()));
        command.addAll(words);
        CommandResult result = CommandResult.of(Duration.ofSeconds(20), command, new byte[0]);
        assertThat(result.orFail().lines().map(String::strip)).containsExactlyInAnyOrder(expected.split(" ", -1));
    }

    /** Types the line into a zsh of its own terminal, and a TAB; all that is unique is completed. */
    @NeedsCommand("zsh")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    proxy-server run --li            | proxy-server run --listen
                    proxy-client run --log-format=j  | proxy-client run --log-format=json
                    ferrule server cert              | ferrule server certificate
                    """)
    void zshCompletes(String line, String expected) {
        String script =
                """
                zmodload zsh/zpty
                zpty terminal zsh -f -i
                zpty -w terminal "PS1=; fpath=('$1' \\$fpath); autoload -U compinit && compinit -u -D && echo REA''DY"
                zpty -r -m terminal seen '*READY*'
                zpty -w -n terminal "$2"$'\\t'$'\\x01'"echo 'SEEN "$'\\x05'"'; echo EN''D"$'\\n'
                zpty -r -m terminal seen '*END*'
                print -r -- "$seen"
                """;
        CommandResult result = CommandResult.of(
                Duration.ofSeconds(30),
                List.of(
                        "zsh",
                        "-f",
                        "-c",
                        script,
                        "zsh",
                        Shipped.folder()
                                .resolve("completion/zsh")
                                .toAbsolutePath()
                                .toString(),
                        line),
                new byte[0]);
        assertThat(result.output()).contains("SEEN " + expected);
    }

    @Test
    void everyLibraryIsNamedWithItsLicence() throws IOException {
        String notices = Files.readString(Shipped.folder().resolve("THIRD-PARTY"));
        try (Stream<Path> jars = Files.list(Shipped.folder().resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString())
                            .filter(jar -> !jar.matches("(ferrule|proxy)[-.].*")))
                    .isNotEmpty()
                    .allSatisfy(jar -> assertThat(notices).contains("lib/" + jar));
        }
        assertThat(Pattern.compile("\\b(LICENSE|licenses/\\S+)")
                        .matcher(notices)
                        .results()
                        .map(text -> text.group()))
                .contains("licenses/EPL-2.0.txt")
                .allSatisfy(text -> assertThat(Shipped.folder().resolve(text)).isNotEmptyFile());
    }

    @Test
    void billOfMaterialsHasWhatIsShippedAndNoTests() throws IOException {
        String bom = Files.readString(Shipped.folder().resolve("sbom.cdx.json"));
        assertThat(bom).contains("netty-tcnative-boringssl-static", "bcprov-jdk18on");
        assertThat(bom).doesNotContain("junit", "assertj", "testcontainers");
        assertThat(bom).as("what would differ from build to build").doesNotContain("\"serialNumber\"");
    }

    @NeedsCommand("sha256sum")
    @Test
    void checksumsAreAsSha256sumReadsThem() {
        for (Path file : List.of(Shipped.archive(), Shipped.deb())) {
            CommandResult.of(
                            "sh",
                            "-c",
                            "cd \"$1\" && sha256sum -c \"$2.sha256\"",
                            "sh",
                            String.valueOf(file.getParent()),
                            file.getFileName().toString())
                    .orFail();
        }
    }
}
