package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as the operating system sees it: signals, exit codes, pipes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such signals")
@Timeout(60)
class RunProcessTest {
    @TempDir
    Path directory;

    private ChildProgram run(String... more) throws IOException {
        return run(List.of(), more);
    }

    private ChildProgram run(List<String> jvmOptions, String... more) throws IOException {
        return new ChildProgram(
                directory,
                jvmOptions,
                Stream.concat(Stream.of("run", "--access", "anyone", "--listen", "127.0.0.1:0"), Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private static void exchange(Peer peer, int bytes) throws IOException {
        peer.send(new byte[bytes]);
        assertThat(peer.in().readNBytes(bytes)).hasSize(bytes);
    }

    @Test
    void sigtermWithoutConnectionsEndsAtOnceWithZero() throws Exception {
        try (ChildProgram program = run()) {
            program.port();
            program.signal("TERM");
            assertThat(program.exit(10)).isZero();
            assertThat(program.rest()).last().asString().contains("stopped finished=0 cut=0");
            assertThat(program.errors()).isEmpty();
        }
    }

    @Test
    void sigtermLetsOpenConnectionsFinish() throws Exception {
        try (ChildProgram program = run()) {
            int port = program.port();
            try (Peer peer = program.connect(port)) {
                exchange(peer, 1);
                program.signal("TERM");
                program.lineWith("draining");
                exchange(peer, 1);
                assertThat(program.runs()).isTrue();
            }
            program.lineWith("stopped finished=1 cut=0");
            assertThat(program.exit(10)).isZero();
        }
    }

    @Test
    void connectionsThatDoNotFinishAreCutAndCounted() throws Exception {
        try (ChildProgram program = run("--drain-timeout", "100ms")) {
            try (Peer peer = program.connect(program.port())) {
                exchange(peer, 1);
                program.signal("INT");
                program.lineWith("stopped finished=0 cut=1");
                assertThat(peer.awaitEnd(Duration.ofSeconds(10))).isEqualTo(Peer.End.RESET);
            }
            assertThat(program.exit(10)).isZero();
        }
    }

    @Test
    void secondSignalStopsAtOnce() throws Exception {
        try (ChildProgram program = run("--drain-timeout", "1h")) {
            try (Peer peer = program.connect(program.port())) {
                exchange(peer, 1);
                program.signal("TERM");
                program.lineWith("draining");
                program.signal("TERM");
                program.lineWith("stopping at once");
                program.lineWith("stopped finished=0 cut=1");
            }
            assertThat(program.exit(10)).isZero();
        }
    }

    @Test
    void sighupReloadsAndStopsNothing() throws Exception {
        try (ChildProgram program = run()) {
            int port = program.port();
            program.signal("HUP");
            program.lineWith("the configuration was read anew and is in force");
            try (Peer peer = program.connect(port)) {
                exchange(peer, 1);
            }
        }
    }

    @Test
    void portInUseIsOneSentenceAndExitCodeOne() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChildProgram program = new ChildProgram(
                        directory,
                        List.of(),
                        "run",
                        "--access",
                        "anyone",
                        "--listen",
                        "127.0.0.1:" + taken.getLocalPort())) {
            assertThat(program.exit(10)).isEqualTo(1);
            assertThat(program.errors().lines())
                    .singleElement()
                    .asString()
                    .startsWith("proxy-server: ")
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void certificateMadeAtTheFirstStartIsKeptAndToldWithTheClientsCommand() throws Exception {
        String first;
        try (ChildProgram program = run()) {
            first = program.lineWith("clients connect with: proxy-client run --target 127.0.0.1:");
        }
        try (ChildProgram program = run()) {
            String second = program.lineWith("clients connect with: proxy-client run --target 127.0.0.1:");
            assertThat(pin(second)).isEqualTo(pin(first)).startsWith("--pin sha256/");
        }
    }

    private static String pin(String line) {
        return line.substring(line.indexOf("--pin"));
    }

    @Test
    void jsonLogIsOneObjectALine() throws Exception {
        try (ChildProgram program = run("--log-format", "json")) {
            assertThat(program.port()).isPositive();
            program.signal("TERM");
            assertThat(program.exit(10)).isZero();
            assertThat(program.rest()).isNotEmpty().allSatisfy(line -> assertThat(line)
                    .startsWith("{\"timestamp\":\"2")
                    .endsWith("}")
                    .contains("\"level\":\"INFO\"", "\"message\":\"", "\"logger\":\"io.ferrule.app."));
        }
    }

    @Test
    void stoppedLogReaderDoesNotStopTheTunnel() throws Exception {
        try (ChildProgram program = run("--drain-timeout", "100ms")) {
            try (Peer peer = program.connect(program.port())) {
                // 100 lines of 700 bytes a read fill the pipe, then the queue, while nobody reads.
                for (int i = 0; i < 200; i++) {
                    exchange(peer, 10);
                }
            }
            program.lineWith("log lines were discarded");
            program.signal("TERM");
            program.lineWith("stopped finished=");
            assertThat(program.exit(10)).isZero();
        }
    }

    @Test
    void stoppedLogReaderDoesNotHoldUpTheEnd() throws Exception {
        try (ChildProgram program = run("--drain-timeout", "100ms")) {
            try (Peer peer = program.connect(program.port())) {
                for (int i = 0; i < 200; i++) {
                    exchange(peer, 10);
                }
            }
            program.signal("TERM");
            assertThat(program.exit(5)).isZero();
        }
    }

    @Test
    void vanishedLogReaderDoesNotStopTheTunnel() throws Exception {
        try (ChildProgram program = run()) {
            int port = program.port();
            program.stdout.close();
            try (Peer peer = program.connect(port)) {
                for (int i = 0; i < 200; i++) {
                    exchange(peer, 10);
                }
            }
            program.signal("TERM");
            assertThat(program.exit(10)).isZero();
            assertThat(program.errors()).isEmpty();
        }
    }

    @Test
    void operatorsOwnLogbackFileDecidesEverything() throws Exception {
        Path file = Files.writeString(
                directory.resolve("own.xml"),
                """
                <configuration>
                  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>OWN %msg %kvp{NONE}%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="OUT"/></root>
                </configuration>
                """);
        try (ChildProgram program = run(List.of("-Dlogback.configurationFile=" + file))) {
            assertThat(program.lineWith("listening")).startsWith("OWN ");
        }
    }

    @Test
    void exampleLogbackFileLogsAsTheProgramDoesByItself() throws Exception {
        Path example = Path.of("..", "config", "logback.xml").toAbsolutePath();
        List<String> byFile;
        try (ChildProgram program = run(List.of("-Dlogback.configurationFile=" + example))) {
            byFile = shapes(program);
        }
        try (ChildProgram program = run()) {
            assertThat(byFile).isEqualTo(shapes(program)).hasSizeGreaterThan(3);
        }
    }

    /** The whole log of a start and a stop, without what differs from one to the next. */
    private static List<String> shapes(ChildProgram program) throws Exception {
        String listening = program.lineWith("listening");
        program.signal("TERM");
        assertThat(program.exit(10)).isZero();
        assertThat(program.errors()).isEmpty();
        return Stream.concat(Stream.of(listening), program.rest().stream())
                .map(line -> line.replaceFirst("^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(Z|[+-][0-9:]+) ", "TIME ")
                        .replaceAll("\\d{4,}", "N"))
                .toList();
    }
}
