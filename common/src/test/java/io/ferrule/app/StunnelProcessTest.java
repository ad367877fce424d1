package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process in stunnel's place as the operating system and its log's readers see it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such signals")
@Timeout(120)
class StunnelProcessTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");

    @TempDir
    Path directory;

    private final int port = Ports.free();
    private ServerSocket target;
    private String pem = "";

    @BeforeEach
    void prepare() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        pem = SERVER.writeJoinedTo(directory, "server").certificate().toString();
    }

    @AfterEach
    void tidy() throws IOException {
        target.close();
    }

    private String connect() {
        return "connect = 127.0.0.1:" + target.getLocalPort();
    }

    private Path server(String... more) throws IOException {
        return StunnelProgram.write(
                directory,
                Stream.concat(
                                Stream.of("[redis]", "accept = 127.0.0.1:" + port, connect(), "cert = " + pem),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private void assertCarries(int listening) throws IOException {
        try (Peer peer = Peer.tls(listening, JdkTls.anonymous())) {
            peer.send("x");
            try (Socket accepted = target.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    private static int status(Subprocess process) {
        return process.awaitExit(LIMIT);
    }

    @Test
    void tellsWhereItListensAndThatItIsReady() throws IOException {
        try (Subprocess process = StunnelProgram.ready(directory, server())) {
            process.awaitLine("^\\d{4}(\\.\\d\\d){2} \\d\\d(:\\d\\d){2} LOG5\\[ui]: Configuration successful$", LIMIT);
            process.awaitLine(
                    "LOG6\\[ui]: Service \\[redis] \\(FD=\\d+\\) bound to 127\\.0\\.0\\.1:" + port + "$", LIMIT);
            assertCarries(port);
        }
    }

    @Test
    void tellsOfAConnectionAndOfItsBytes() throws IOException {
        try (Subprocess process = StunnelProgram.ready(directory, server())) {
            assertCarries(port);
            process.awaitLine("LOG5\\[\\d+]: Service \\[redis] accepted connection from 127\\.0\\.0\\.1:\\d+$", LIMIT);
            process.awaitLine("LOG5\\[\\d+]: s_connect: connected 127\\.0\\.0\\.1:" + target.getLocalPort(), LIMIT);
            process.awaitLine(
                    "LOG5\\[\\d+]: Connection \\S+: 0 byte\\(s\\) sent to TLS, 1 byte\\(s\\) sent to socket", LIMIT);
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 'LOG5[ui]: Terminated'", "INT, 'LOG3[ui]: Received SIGINT; terminating'"})
    void aSignalEndsItWithZeroAndTakesThePidFileAway(String signal, String line) throws IOException {
        Path pid = directory.resolve("stunnel.pid");
        Path file = StunnelProgram.write(
                directory, "pid = " + pid, "[redis]", "accept = 127.0.0.1:" + port, connect(), "cert = " + pem);
        try (Subprocess process = StunnelProgram.ready(directory, file)) {
            assertThat(pid).content().isEqualTo(process.pid() + "\n");
            process.signal(signal);
            assertThat(status(process)).isZero();
            assertThat(process.output()).contains(line);
            assertThat(pid).doesNotExist();
        }
    }

    @Test
    void anErrorNamesFileAndLineAndEndsItWithOne() throws IOException {
        Path file = server("bogus = 1");
        try (Subprocess process = StunnelProgram.start(directory, file.toString())) {
            assertThat(status(process)).isEqualTo(1);
            assertThat(process.lines())
                    .contains(
                            "[!] " + file.toRealPath() + ":8: \"bogus = 1\": Specified option name is not valid here",
                            "[!] Configuration failed")
                    .noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
        }
    }

    @Test
    void whatIsNotDoneIsRefusedWithTheReason() throws IOException {
        Path file = server("sessiond = 127.0.0.1:1");
        try (Subprocess process = StunnelProgram.start(directory, file.toString())) {
            assertThat(status(process)).isEqualTo(1);
            assertThat(process.output())
                    .contains(file.toRealPath() + ":8: \"sessiond = 127.0.0.1:1\": ", "ticket keys");
        }
    }

    @Test
    void aKeyOfAnotherCertificateNamesTheService() throws IOException {
        Path other =
                TestCertificates.selfSigned("other").writeTo(directory, "other").key();
        Path file = server("key = " + other);
        try (Subprocess process = StunnelProgram.start(directory, file.toString())) {
            assertThat(status(process)).isEqualTo(1);
            assertThat(process.lines()).contains("[!] Service [redis]: Failed to initialize TLS context");
        }
    }

    @Test
    void aKeyThatOthersCanReadIsWarnedOfAndTaken() throws IOException {
        Files.setPosixFilePermissions(Path.of(pem), PosixFilePermissions.fromString("rw-r--r--"));
        try (Subprocess process = StunnelProgram.ready(directory, server())) {
            assertThat(process.output()).contains("LOG4[ui]: Insecure file permissions on " + pem);
            assertCarries(port);
        }
    }

    @Test
    void aPortInUseIsToldAsStunnelDoes() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                Subprocess process = StunnelProgram.start(directory, server().toString())) {
            assertThat(taken.isBound()).isTrue();
            assertThat(status(process)).isEqualTo(1);
            assertThat(process.lines())
                    .contains(
                            "[.] Binding service [redis] to 127.0.0.1:" + port + ": Address already in use (98)",
                            "[!] Binding service [redis] failed");
        }
    }

    @Test
    void oneOfTwoAddressesIsEnough() throws IOException {
        int free = Ports.free();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                Subprocess process = StunnelProgram.ready(directory, server("accept = 127.0.0.1:" + free))) {
            assertThat(taken.isBound()).isTrue();
            assertThat(process.output())
                    .contains(
                            "LOG5[ui]: Binding service [redis] to 127.0.0.1:" + port + ": Address already in use (98)");
            assertCarries(free);
        }
    }

    @Test
    void twoSectionsOfOneNameBothRun() throws IOException {
        int second = Ports.free();
        try (Subprocess process = StunnelProgram.ready(
                directory, server("[redis]", "accept = 127.0.0.1:" + second, connect(), "cert = " + pem))) {
            assertCarries(port);
            assertCarries(second);
            assertThat(process.output()).doesNotContain("~2");
        }
    }

    @Test
    void hangupPutsAnotherFileInForceAndCutsNobody() throws IOException {
        int second = Ports.free();
        try (Subprocess process = StunnelProgram.ready(directory, server());
                Peer peer = Peer.tls(port, JdkTls.anonymous());
                Socket accepted = target.accept()) {
            server("[more]", "accept = 127.0.0.1:" + second, connect(), "cert = " + pem);
            process.signal("HUP");
            process.awaitLine("Service \\[more] \\(FD=\\d+\\) bound to 127\\.0\\.0\\.1:" + second, LIMIT);
            peer.send("x");
            assertThat(accepted.getInputStream().read()).isEqualTo('x');
            assertCarries(second);
            assertCarries(port);
        }
    }

    @Test
    void aBrokenFileAtHangupLeavesWhatRan() throws IOException {
        try (Subprocess process = StunnelProgram.ready(directory, server())) {
            Path file = server("connect");
            process.signal("HUP");
            process.awaitLine("LOG3\\[ui]: Failed to reload the configuration file", LIMIT);
            assertThat(process.output())
                    .contains("LOG3[ui]: " + file.toRealPath() + ":8: \"connect\": No '=' found")
                    .contains("LOG3[ui]: Configuration failed");
            assertCarries(port);
        }
    }

    @Test
    void anUnknownPlaceAtHangupLeavesWhatRan() throws IOException {
        int taken = Ports.free();
        try (ServerSocket holder = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress());
                Subprocess process = StunnelProgram.ready(directory, server())) {
            assertThat(holder.isBound()).isTrue();
            server("[more]", "accept = 127.0.0.1:" + taken, connect(), "cert = " + pem);
            process.signal("HUP");
            process.awaitLine("LOG3\\[ui]: Binding service \\[more] failed", LIMIT);
            process.awaitLine("LOG3\\[ui]: Failed to reload the configuration file", LIMIT);
            assertCarries(port);
        }
    }

    @Test
    void aReloadChangesWhereLinesGo() throws IOException {
        Path output = directory.resolve("later.log");
        try (Subprocess process = StunnelProgram.ready(directory, server())) {
            StunnelProgram.write(
                    directory,
                    "output = " + output,
                    "[redis]",
                    "accept = 127.0.0.1:" + port,
                    connect(),
                    "cert = " + pem);
            process.signal("HUP");
            org.awaitility.Awaitility.await().atMost(LIMIT).until(() -> Files.exists(output));
            assertCarries(port);
            org.awaitility.Awaitility.await().atMost(LIMIT).until(() -> Files.readString(output)
                    .contains("accepted connection from"));
        }
    }

    @Test
    void aRotatedLogFileIsBegunAnewAtUsr1() throws IOException {
        Path output = directory.resolve("stunnel.log");
        Path file = StunnelProgram.write(
                directory, "output = " + output, "[redis]", "accept = 127.0.0.1:" + port, connect(), "cert = " + pem);
        try (Subprocess process = StunnelProgram.ready(directory, file)) {
            Files.move(output, directory.resolve("stunnel.log.1"));
            process.signal("USR1");
            process.awaitLine("LOG5\\[ui]: Log file reopened", LIMIT);
            org.awaitility.Awaitility.await()
                    .atMost(LIMIT)
                    .until(() ->
                            Files.exists(output) && Files.readString(output).contains("Log file reopened"));
        }
    }

    @Test
    void aLogFileThatCannotBeWrittenEndsItWithOne() throws IOException {
        Path output = directory.resolve("missing/stunnel.log");
        Path file = StunnelProgram.write(
                directory, "output = " + output, "[redis]", "accept = 127.0.0.1:" + port, connect(), "cert = " + pem);
        try (Subprocess process = StunnelProgram.start(directory, file.toString())) {
            assertThat(status(process)).isEqualTo(1);
            assertThat(process.lines()).contains("[!] Cannot open log file: " + output);
        }
    }

    @Test
    void aPidFileThatCannotBeWrittenEndsItWithOne() throws IOException {
        Path pid = directory.resolve("missing/stunnel.pid");
        Path file = StunnelProgram.write(
                directory, "pid = " + pid, "[redis]", "accept = 127.0.0.1:" + port, connect(), "cert = " + pem);
        try (Subprocess process = StunnelProgram.start(directory, file.toString())) {
            assertThat(status(process)).isEqualTo(1);
            assertThat(process.output())
                    .contains("LOG3[ui]: Cannot create pid file " + pid)
                    .contains("LOG3[ui]: create: No such file or directory (2)");
        }
    }

    @Test
    void aClientThatVerifiesNothingRunsWithALoudWarning() throws IOException {
        Path file = StunnelProgram.write(
                directory, "[redis]", "client = yes", "accept = 127.0.0.1:" + port, "connect = localhost:1");
        try (Subprocess process = StunnelProgram.ready(directory, file)) {
            assertThat(process.output())
                    .contains("LOG4[ui]: Service [redis] needs authentication to prevent MITM attacks")
                    .contains(
                            "LOG4[ui]: Service [redis] neither verifyChain nor verifyPeer: nothing proves who answers");
        }
    }

    @Test
    void nothingIsWrittenButWhatTheFileNames() throws IOException {
        Path file = server();
        List<Path> before = everything();
        try (Subprocess process = StunnelProgram.ready(directory, file)) {
            assertCarries(port);
            process.terminate();
            assertThat(status(process)).isZero();
        }
        assertThat(everything()).containsExactlyInAnyOrderElementsOf(before);
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.toList();
        }
    }

    @Test
    void itIsAskedAboutItselfAsStunnelIs() throws IOException {
        try (Subprocess process = StunnelProgram.start(directory, "-version")) {
            assertThat(status(process)).isZero();
            assertThat(process.lines()).anyMatch(line -> line.startsWith("TIMEOUTidle            = 43200"));
        }
    }

    @Test
    void aFileThatIsNotThereEndsItWithOne() throws IOException {
        try (Subprocess process = StunnelProgram.start(directory, "/nonexistent.conf")) {
            assertThat(status(process)).isEqualTo(1);
            assertThat(process.lines()).contains("[!] Invalid configuration file name \"/nonexistent.conf\"");
        }
    }
}
