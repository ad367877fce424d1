package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of stunnel 3 means what its wrapper makes of it. */
class Stunnel3Test {
    @TempDir
    private Path dir;

    @Test
    void serverOfTheRecipe() throws Exception {
        assertThat(parse("-d", "46379", "-r", "6379", "-p", "redis.pem"))
                .isEqualTo("cert = redis.pem\naccept = 46379\nconnect = 6379\n[stunnel3]\n");
    }

    @Test
    void clientOfTheRecipe() throws Exception {
        String text = parse("-c", "-v", "3", "-A", "/dev/null", "-d", "127.0.0.1:56379", "-r", "127.0.0.1:46379");
        assertThat(text)
                .isEqualTo(
                        """
                        client = yes
                        verify = 3
                        CAfile = /dev/null
                        accept = 127.0.0.1:56379
                        connect = 127.0.0.1:46379
                        [stunnel3]
                        """);
        StunnelService service = Reading.of(text).service();
        assertThat(service.name()).isEqualTo("stunnel3");
        assertThat(service.peer().stored()).isTrue();
        assertThat(service.endpoints().accept()).hasSize(1);
    }

    @Test
    void flagsMayStandInOneWordWithTheirValue() throws Exception {
        assertThat(parse("-cfd443", "-r80"))
                .isEqualTo("client = yes\nforeground = yes\naccept = 443\nconnect = 80\n[stunnel3]\n");
    }

    @Test
    void lastOfSeveralValuesWinsAndTheEndIsMarked() throws Exception {
        assertThat(parse("-D", "3", "-D", "7", "--", "-c")).isEqualTo("debug = 7\n");
        assertThat(parse("-D", "3", "-D")).isEmpty();
        assertThat(parse("file", "-c")).isEmpty();
    }

    @Test
    void programHasItsPathAsFirstArgument() throws Exception {
        assertThat(parse("-l", "/bin/cat", "--", "cat", "-x"))
                .isEqualTo("exec = /bin/cat\nexecArgs = /bin/cat cat -x\n");
        assertThat(parse("-L", "/bin/sh")).isEqualTo("pty = yes\nexec = /bin/sh\nexecArgs = /bin/sh\n");
    }

    @Test
    void unknownFlagIsComplainedOfAndPassedOver() throws Exception {
        Stunnel3 read = Stunnel3.parse(List.of("-Zc", "-d", "1"));
        assertThat(read.complaints()).containsExactly("Unknown option: Z");
        assertThat(read.text()).isEqualTo("client = yes\naccept = 1\n[stunnel3]\n");
    }

    @Test
    void lineBreakInAnArgumentIsRefused() {
        assertThatThrownBy(() -> Stunnel3.parse(List.of("-p", "a\nverify = 0")))
                .isInstanceOf(StunnelException.class)
                .hasMessageContaining("Invalid argument");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c", "-d", "-cd443", "-V"})
    void flagMeansStunnel3(String argument) {
        assertThat(Stunnel3.speaks(List.of(argument))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-fd", "-HELP", "-version", "-sockets", "-options", "/etc/a.conf", "-", "--help"})
    void otherArgumentDoesNot(String argument) {
        assertThat(Stunnel3.speaks(List.of(argument))).isFalse();
    }

    /** The wrapper itself, with a program in stunnel's place that prints what it is given. */
    @NeedsCommand("stunnel3")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-d 46379 -r 6379 -p redis.pem",
                "-c -v 3 -A redis.crt -d 127.0.0.1:56379 -r example.org:46379",
                "-cTWf -D 7 -O l:TCP_NODELAY=1 -o a.log -C HIGH -a /etc -t 5 -N n -u me -n smtp -E e -R r -B 5 -I 127.0.0.1 -s a -g b -P p",
                "-fd 443 -r80 -P -r 81",
                "-l /bin/cat -- cat -x y",
                "-d 1 -L /bin/sh -l /bin/cat a b",
                "-Zc -d 5"
            })
    void wrapperMakesTheSameOfIt(String line) throws Exception {
        List<String> arguments = List.of(line.split(" "));
        assertThat(Stunnel3.parse(arguments).text()).isEqualTo(ofTheWrapper(arguments));
    }

    private String ofTheWrapper(List<String> arguments) throws Exception {
        Path printer = Files.writeString(dir.resolve("printer"), "#!/bin/sh\neval \"cat <&$2\"\n");
        Files.setPosixFilePermissions(printer, PosixFilePermissions.fromString("rwx------"));
        String wrapper = Files.readString(CommandResult.find("stunnel3").orElseThrow());
        Path copy = Files.writeString(
                dir.resolve("stunnel3"), wrapper.replaceAll("/usr/bin/stunnel4?", printer.toString()));
        List<String> command = new ArrayList<>(List.of("perl", copy.toString()));
        command.addAll(arguments);
        return CommandResult.of(Duration.ofSeconds(20), command, new byte[0])
                .output()
                .lines()
                .filter(l -> !l.startsWith("Unknown option"))
                .map(l -> l + "\n")
                .reduce("", String::concat);
    }

    private static String parse(String... arguments) throws StunnelException {
        return Stunnel3.parse(List.of(arguments)).text();
    }
}
