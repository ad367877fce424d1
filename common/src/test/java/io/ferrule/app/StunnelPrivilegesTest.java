package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.ChildJvm;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code setuid} and {@code setgid} before the first section. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class StunnelPrivilegesTest {
    private static final int NOBODY = 65534;

    @TempDir
    Path directory;

    private Path config(Path written) throws IOException {
        return StunnelProgram.write(
                directory,
                "setuid = " + NOBODY,
                "setgid = " + NOBODY,
                "pid = " + written.resolve("pid"),
                "output = " + written.resolve("log"),
                "[redis]",
                "accept = 127.0.0.1:" + Ports.free(),
                "accept = " + written.resolve("socket"),
                "connect = 127.0.0.1:1",
                "cert = "
                        + TestCertificates.selfSigned("localhost")
                                .writeJoinedTo(directory, "server")
                                .certificate());
    }

    private static boolean isRoot() {
        return ProcessHandle.current().info().user().orElse("").equals("root");
    }

    @Test
    void everyThreadIsTheUserAndSoIsWhatIsWrittenAfterwards() throws Exception {
        if (!isRoot()) {
            throw LeftOut.skip("setuid", "only root can become another user");
        }
        Path java = ChildJvm.atLeast(22).orElse(null); // java.lang.foreign is there since then
        if (java == null) {
            assertThat(LeftOut.nothingMayBe())
                    .as("a Java 22 or later is to be installed")
                    .isFalse();
            throw LeftOut.skip("setuid", "there is no Java 22 or later beside this one");
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path written = Files.createDirectory(directory.resolve("written"));
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (Subprocess process = StunnelProgram.ready(directory, config(written), java)) {
            assertThat(ids(process.pid()))
                    .containsExactly(
                            "Gid:" + ("\t" + NOBODY).repeat(4),
                            "Groups:\t" + NOBODY,
                            "Uid:" + ("\t" + NOBODY).repeat(4));
            try (Stream<Path> files = Files.list(written)) {
                assertThat(files).hasSize(3).allSatisfy(file -> assertThat(Files.getAttribute(file, "unix:uid"))
                        .isEqualTo(NOBODY));
            }
            assertThat(process.output()).doesNotContain("WARNING", "restricted");
            process.signal("TERM");
            assertThat(process.awaitExit(LIMIT)).isZero();
            assertThat(written.resolve("pid")).doesNotExist();
        }
    }

    /** What the kernel says of its threads, each line once. */
    private static Set<String> ids(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.flatMap(thread -> status(thread).stream())
                    .filter(line -> line.matches("(Uid|Gid|Groups):.*"))
                    .map(String::stripTrailing)
                    .collect(Collectors.toCollection(java.util.TreeSet::new));
        }
    }

    private static List<String> status(Path thread) {
        try {
            return Files.readAllLines(thread.resolve("status"));
        } catch (IOException e) {
            return List.of(); // it has ended
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "Java 22 and later can do it")
    void anOlderRuntimeRefusesInWordsAndNamesTheServiceManagersWay() throws Exception {
        try (Subprocess process =
                StunnelProgram.start(directory, config(directory).toString())) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(1);
            assertThat(process.output()).contains("setuid", "Java 22", "User=", "Configuration failed");
        }
    }
}
