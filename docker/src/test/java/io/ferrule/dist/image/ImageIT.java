package io.ferrule.dist.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.NeedsDocker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the image is and what is in it. */
@NeedsDocker({"jdk", "base"})
class ImageIT {
    /** What there is is 115.2 MB; Bouncy Castle's TLS, for pre-shared keys, is 1.5 of them. */
    private static final long MOST_BYTES = 117_000_000;

    @Test
    void imageIsSmall() {
        assertThat(Long.parseLong(inspect("{{.Size}}"))).isLessThanOrEqualTo(MOST_BYTES);
    }

    @ParameterizedTest
    @CsvSource({
        "title, Ferrule",
        "licenses, Apache-2.0",
        "source, https://github.com/ferrule/ferrule",
        "version, " + FerruleImage.VERSION,
        "revision, " + FerruleImage.REVISION,
    })
    void labelSaysWhatTheImageIs(String label, String value) {
        assertThat(inspect("{{index .Config.Labels \"org.opencontainers.image." + label + "\"}}"))
                .isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "User|\"10001:10001\"",
                "StopSignal|\"SIGTERM\"",
                "Healthcheck.Test|[\"CMD\",\"/usr/bin/ferrule\",\"health\"]",
                "Volumes|{\"/var/lib/ferrule\":{}}",
                "ExposedPorts|{\"46379/tcp\":{}}",
                "Env|[\"PATH=/usr/bin\",\"STATE_DIRECTORY=/var/lib/ferrule\",\"FERRULE_HEALTH_CHECK=true\"]",
            })
    void settingIsTheOneThatTheManualNames(String setting, String value) {
        assertThat(inspect("{{json .Config." + setting + "}}")).isEqualTo(value);
    }

    @Test
    @NeedsCommand("tar")
    void filesAreThoseOfFerruleAlone(@TempDir Path directory) {
        List<String> files = files(directory);
        assertThat(files)
                .contains(
                        "opt/ferrule/sbom.cdx.json",
                        "opt/ferrule/LICENSE",
                        "usr/bin/ferrule",
                        "opt/ferrule/ferrule.aot")
                .anyMatch(f -> f.matches("opt/ferrule/licenses/.+"))
                .noneMatch(f -> f.matches("(.*/)?(sh|bash|dash|busybox|apt|apt-get|dpkg|curl|wget)"))
                .noneMatch(f -> f.matches(".*\\.(key|pem|crt)"));
        assertThat(files)
                .filteredOn(f -> f.matches("(usr/)?s?bin/[^/]+"))
                .containsExactlyInAnyOrder(
                        "usr/bin/ferrule", "usr/bin/proxy-server", "usr/bin/proxy-client", "usr/bin/stunnel");
    }

    @Test
    void thereIsNoShell() {
        CommandResult shell = Container.run(List.of("--entrypoint=/bin/sh"), FerruleImage.name(), "-c", "id");
        assertThat(shell.exitCode()).isEqualTo(127);
        assertThat(shell.output()).contains("no such file or directory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version|0|Netty ",
                "server version|0|proxy-server ",
                "client help|0|proxy-client",
                "client help run|0|--target",
                "server run --nonsense|2|--nonsense",
                "server run --access nobody|2|access",
                "nonsense|2|nonsense",
            })
    void commandAfterTheNameIsFerrules(String command, int exitCode, String said) {
        CommandResult result = Container.run(Container.CONFINED, FerruleImage.name(), command.split(" ", -1));
        assertThat(result.exitCode()).as(result.output()).isEqualTo(exitCode);
        assertThat(result.output()).contains(said).doesNotContain("Exception");
    }

    /** Where the cache does not fit, this mode ends the JVM and says why. */
    @ParameterizedTest
    @ValueSource(strings = {"96m", "128m", "1g"})
    void preparedClassesAreUsedWhateverTheLimit(String memory) {
        List<String> limited = List.of("--memory=" + memory);
        List<String> lines = new ArrayList<>(Container.run(limited, FerruleImage.name(), "version")
                .orFail()
                .lines()
                .toList());
        lines.add("NOTE: Picked up JDK_JAVA_OPTIONS: -XX:AOTMode=on");
        List<String> strict = List.of("--memory=" + memory, "--env=JDK_JAVA_OPTIONS=-XX:AOTMode=on");
        assertThat(Container.run(strict, FerruleImage.name(), "version")
                        .orFail()
                        .lines())
                .containsExactlyInAnyOrderElementsOf(lines);
    }

    @Test
    void debianVariantHasAShellAndTheSameUser() {
        CommandResult debian = Container.run(
                List.of("--entrypoint=/bin/sh"),
                FerruleImage.debian(),
                "-c",
                "id -u; id -g; stat -c '%n %u:%g' /pins /var/lib/ferrule; ferrule version; proxy-client version");
        assertThat(debian.exitCode()).as(debian.output()).isZero();
        assertThat(debian.output().lines())
                .startsWith("10001", "10001", "/pins 10001:10001", "/var/lib/ferrule 10001:10001")
                .anyMatch(line -> line.startsWith("ferrule "))
                .anyMatch(line -> line.startsWith("proxy-client "));
    }

    private static String inspect(String template) {
        return Container.docker("image", "inspect", "--format", template, FerruleImage.name())
                .orFail()
                .strip();
    }

    private static List<String> files(Path directory) {
        String created =
                Container.docker("create", FerruleImage.name()).orFail().strip();
        try {
            String archive = directory.resolve("image.tar").toString();
            Container.docker("export", "--output=" + archive, created).orFail();
            return CommandResult.of("tar", "-tf", archive).orFail().lines().toList();
        } finally {
            Container.docker("rm", "--volumes", created).orFail();
        }
    }
}
