package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.OperatorException;
import io.ferrule.testing.ChildJvm;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateCertificateTest {
    private static final CertificateMaker MAKER = new CertificateMaker(Clock.systemUTC(), new SecureRandom());

    @TempDir
    Path dir;

    private StateCertificate findOrMake(Path directory, String tunnel) throws OperatorException {
        return StateCertificate.findOrMake(directory, tunnel, List.of("localhost"), MAKER);
    }

    @Test
    void firstStartMakesItAndLaterOnesFindIt() throws Exception {
        Path state = dir.resolve("var/lib/ferrule");
        StateCertificate first = findOrMake(state, "redis");
        assertThat(first.made()).isTrue();
        assertThat(first.files().certificate()).isEqualTo(state.resolve("redis.crt"));
        assertThat(first.files().key()).isEqualTo(state.resolve("redis.key"));
        KeyMaterial material = KeyMaterial.load(first.files());
        StateCertificate second = findOrMake(state, "redis");
        assertThat(second.made()).isFalse();
        assertThat(KeyMaterial.load(second.files())).isEqualTo(material);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
    }

    @Test
    void tunnelsHaveCertificatesOfTheirOwn() throws Exception {
        assertThat(KeyMaterial.load(findOrMake(dir, "a").files()).pin())
                .isNotEqualTo(KeyMaterial.load(findOrMake(dir, "b").files()).pin());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../escape", "a/b", "..", ".", "my redis", "ключ", "a\u0000b"})
    void noTunnelNameLeadsOutOfTheDirectory(String tunnel) throws Exception {
        StateCertificate certificate = findOrMake(dir.resolve("state"), tunnel);
        assertThat(certificate.files().key().normalize().getParent()).isEqualTo(dir.resolve("state"));
        assertThat(KeyMaterial.load(certificate.files()).chain()).hasSize(1);
        assertThat(dir.toFile().list()).containsExactly("state");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis.crt", "redis.key"})
    void halfAPairIsNotCompletedWithAnotherKey(String lost) throws Exception {
        findOrMake(dir, "redis");
        Files.delete(dir.resolve(lost));
        assertThatThrownBy(() -> findOrMake(dir, "redis"))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(lost + " is not");
        assertThat(dir.resolve(lost)).doesNotExist();
    }

    @Test
    void directoryThatIsAFileIsTold() throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "x");
        assertThatThrownBy(() -> findOrMake(file, "redis"))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> findOrMake(file.resolve("below"), "redis")).isInstanceOf(OperatorException.class);
    }

    @Test
    void processesThatStartAtOnceEndUpWithOneCertificate() throws Exception {
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                List<String> command = ChildJvm.command(OneStart.class, List.of());
                command.add(dir.toString());
                processes.add(
                        new ProcessBuilder(command).redirectErrorStream(true).start());
            }
            for (Process process : processes) {
                assertThat(process.getInputStream().read()).isEqualTo('r');
            }
            for (Process process : processes) {
                process.getOutputStream().write('g');
                process.getOutputStream().flush();
            }
            List<String> outcomes = new ArrayList<>();
            for (Process process : processes) {
                try (InputStream out = process.getInputStream()) {
                    outcomes.add(new String(out.readAllBytes(), StandardCharsets.UTF_8));
                }
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            String pin =
                    KeyMaterial.load(findOrMake(dir, "redis").files()).pin().toString();
            assertThat(outcomes).containsExactlyInAnyOrder("true " + pin, "false " + pin, "false " + pin);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    /** One of the processes: says that it is ready, waits for the word, starts. */
    static final class OneStart {
        public static void main(String[] args) throws Exception {
            System.out.print('r');
            System.out.flush();
            if (System.in.read() == 'g') {
                StateCertificate found =
                        StateCertificate.findOrMake(Path.of(args[0]), "redis", List.of("localhost"), MAKER);
                System.out.print(
                        found.made() + " " + KeyMaterial.load(found.files()).pin());
            }
        }
    }
}
