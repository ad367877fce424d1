package io.ferrule;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Manual;
import io.ferrule.testing.NeedsCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The units are what systemd understands, what they have in common they have in common, and they keep what the manual says. */
class SystemdUnitsTest {
    private static final Path UNITS = Manual.root().resolve("config/systemd");

    /** Ten times what systemd-analyze prints; its "OK" begins at 20 downwards to 10. */
    private static final int MOST_EXPOSURE = 15;

    private static final String STUNNEL = "ferrule-stunnel@.service";

    static List<String> services() throws IOException {
        return units(".service");
    }

    /** Those of our own configuration; a stunnel.conf says itself who runs it, and where it writes. */
    static List<String> own() throws IOException {
        return services().stream().filter(name -> !name.equals(STUNNEL)).toList();
    }

    private static List<String> units(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(UNITS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static String unit(String name) throws IOException {
        return Files.readString(UNITS.resolve(name));
    }

    /** The settings alone: what is said to people may differ. */
    private static List<String> settings(String name) throws IOException {
        return unit(name)
                .lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    @Test
    void thereIsOneOfEachAndATemplateOfEach() throws Exception {
        assertThat(services())
                .containsExactly(
                        "ferrule-client.service",
                        "ferrule-client@.service",
                        "ferrule-server.service",
                        "ferrule-server@.service",
                        STUNNEL);
        assertThat(units(".socket")).containsExactly("ferrule-server.socket");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "client"})
    void templateDiffersInItsNameOnly(String program) throws Exception {
        UnaryOperator<String> instantiated =
                line -> line.replace("Ferrule " + program + ",", "Ferrule " + program + " %i,")
                        .replace("/etc/ferrule/" + program + ".yaml", "/etc/ferrule/%i.yaml")
                        .replace("StateDirectory=ferrule/" + program, "StateDirectory=ferrule/" + program + "-%i")
                        .replace(" redis-server.service", " redis-server.service redis-server@%i.service");
        assertThat(settings("ferrule-" + program + "@.service"))
                .isEqualTo(settings("ferrule-" + program + ".service").stream()
                        .map(instantiated)
                        .toList());
    }

    @Test
    void clientDiffersFromTheServerInItsNameAndInRedisOnly() throws Exception {
        assertThat(settings("ferrule-client.service"))
                .isEqualTo(settings("ferrule-server.service").stream()
                        .map(line -> line.replace("server, TLS in front of Redis", "client, TLS behind a local port")
                                .replace(" redis-server.service", "")
                                .replace("proxy-server", "proxy-client")
                                .replace("server", "client"))
                        .toList());
    }

    @Test
    void stunnelsUnitReadsTheFilesOfTheOneThatItReplaces() throws Exception {
        assertThat(settings(STUNNEL))
                .contains(
                        "Type=notify",
                        "ExecStart=/usr/share/ferrule/bin/stunnel /etc/stunnel/%i.conf",
                        "ExecReload=/bin/kill -HUP $MAINPID",
                        "Conflicts=stunnel@%i.service",
                        "WatchdogSignal=SIGQUIT");
    }

    @ParameterizedTest
    @MethodSource("own")
    void serviceKeepsWhatTheManualSays(String name) throws Exception {
        assertThat(settings(name))
                .contains(
                        "Type=notify",
                        "User=ferrule",
                        "StateDirectoryMode=0700",
                        "Restart=on-failure",
                        "RestartPreventExitStatus=2",
                        "WatchdogSec=30s",
                        "WatchdogSignal=SIGQUIT",
                        "LimitCORE=0",
                        "NonBlocking=yes",
                        "ExecReload=/bin/kill -HUP $MAINPID",
                        "WantedBy=multi-user.target")
                .noneMatch(line -> line.startsWith("Requires="));
    }

    @ParameterizedTest
    @MethodSource("services")
    @NeedsCommand("systemd-analyze")
    void systemdUnderstandsEverySetting(String name, @TempDir Path directory) throws Exception {
        assertThat(verify(directory, name, unit(name))).isEqualTo(new CommandResult(0, ""));
    }

    @Test
    @NeedsCommand("systemd-analyze")
    void systemdUnderstandsTheSocket(@TempDir Path directory) throws Exception {
        copy(directory, "ferrule-server.service", unit("ferrule-server.service"));
        assertThat(verify(directory, "ferrule-server.socket", unit("ferrule-server.socket")))
                .isEqualTo(new CommandResult(0, ""));
    }

    @Test
    @NeedsCommand("systemd-analyze")
    void misspeltSettingWouldBeFound(@TempDir Path directory) throws Exception {
        String misspelt = unit("ferrule-server.service").replace("UMask=", "Umask=");
        assertThat(verify(directory, "ferrule-server.service", misspelt).output())
                .contains("Unknown key 'Umask'");
    }

    @ParameterizedTest
    @MethodSource("own")
    @NeedsCommand("systemd-analyze")
    void exposureIsLow(String name) throws Exception {
        CommandResult result = exposure(UNITS.resolve(name), MOST_EXPOSURE);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    @NeedsCommand("systemd-analyze")
    void unitWithoutProtectionWouldBeFound(@TempDir Path directory) throws Exception {
        Path bare = Files.writeString(
                directory.resolve("bare.service"),
                unit("ferrule-server.service").replaceAll("(?m)^(Protect|Restrict|SystemCall).*", ""));
        assertThat(exposure(bare, MOST_EXPOSURE).exitCode()).isNotZero();
    }

    private static CommandResult exposure(Path unit, int threshold) {
        return CommandResult.of(
                "systemd-analyze",
                "security",
                "--offline=true",
                "--no-pager",
                "--threshold=" + threshold,
                unit.toString());
    }

    private static CommandResult verify(Path directory, String name, String unit) throws IOException {
        Path file = copy(directory, name, unit);
        return CommandResult.of("systemd-analyze", "verify", "--man=no", file.toString());
    }

    /** With a program that is there: the one in /usr/bin comes with a package. */
    private static Path copy(Path directory, String name, String unit) throws IOException {
        Path program = directory.resolve("program");
        if (!Files.exists(program)) {
            Files.createFile(
                    program, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        return Files.writeString(
                directory.resolve(name),
                unit.replaceAll("/usr/(bin/proxy-(server|client)|share/ferrule/bin/stunnel)", program.toString()));
    }
}
