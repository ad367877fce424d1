package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Socket options of a stunnel.conf: what the kernel has then, and what is told when it refuses, as with the real stunnel. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class StunnelSocketsTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final Pattern LINE = Pattern.compile(".*LOG([0-6])\\[(ui|\\d+)]: (.*)");

    /** Every address of 127.0.0.0/8 is this machine's. */
    private static final byte[] CLIENT = {127, 0, 0, 5};

    @TempDir
    Path directory;

    private final int port = Ports.free();
    private ServerSocket target;

    @BeforeEach
    void prepare() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void tidy() throws IOException {
        target.close();
    }

    private Path config(int level, String... options) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "foreground = yes",
                "syslog = no",
                "pid =",
                "debug = " + level,
                "[redis]",
                "accept = 127.0.0.1:" + port,
                "connect = 127.0.0.1:" + target.getLocalPort(),
                "cert = " + SERVER.writeJoinedTo(directory, "server").certificate()));
        lines.addAll(List.of(options));
        return Files.write(directory.resolve("stunnel.conf"), lines);
    }

    private Subprocess theirs(Path file) {
        return Subprocess.start("real-stunnel", directory, List.of("stunnel", file.toString()));
    }

    private String sockets() {
        return CommandResult.of("ss", "-HOntemo", "sport", "=", ":" + port).orFail();
    }

    @Test
    @NeedsCommand("ss")
    void acceptedAndConnectedSocketsHaveWhatIsAsked() throws Exception {
        Path file =
                config(7, "socket = l:SO_RCVBUF=11111", "socket = l:SO_KEEPALIVE=yes", "socket = l:TCP_KEEPIDLE=3000");
        try (Subprocess process = StunnelProgram.ready(directory, file);
                Peer peer = Peer.tls(port, JdkTls.anonymous())) {
            peer.send("x");
            try (Socket accepted = target.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo('x');
                assertThat(sockets()).contains("rb22222").containsPattern("timer:\\(keepalive,(4[89]|50)min");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:SO_BINDTODEVICE=nosuch0",
                "a:IPV6_V6ONLY=yes",
                "a:IP_TTL=999",
                "a:TCP_KEEPCNT=-1",
                "a:SO_LINGER=1:5"
            })
    @NeedsCommand("stunnel")
    void aListenerEndsOrBeginsAsTheRealOnes(String option) throws Exception {
        Path file = config(6, "socket = " + option);
        List<String> theirs = beginning(theirs(file));
        assertThat(beginning(StunnelProgram.start(directory, file.toString()))).isEqualTo(theirs);
    }

    /** Its lines about places until it either accepts or has ended, and with what. */
    private List<String> beginning(Subprocess started) {
        try (Subprocess process = started) {
            Matcher end = process.awaitLine("Accepting new connections|Binding service .* failed", LIMIT);
            String how = end.group().startsWith("Acc") ? "accepts" : "exit " + process.awaitExit(LIMIT);
            return Stream.concat(
                            process.lines().stream()
                                    .filter(line -> line.matches(".*(\\(\\d+\\)|bound to .*|failed)$"))
                                    .map(line -> line.replaceAll("^.*LOG\\d\\[ui]: |^\\[.] |FD=\\d+", "")),
                            Stream.of(how))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"l:SO_BINDTODEVICE=nosuch0", "l:IP_TTL=999", "r:SO_BINDTODEVICE=nosuch0", "r:TCP_KEEPIDLE=0"})
    @NeedsCommand("stunnel")
    void aConnectionWhoseSocketIsRefusedAnOptionGoesOnAsTheRealOnes(String option) throws Exception {
        Path file = config(6, "socket = " + option);
        List<String> theirs = connection(theirs(file));
        assertThat(connection(StunnelProgram.start(directory, file.toString()))).isEqualTo(theirs);
    }

    private List<String> connection(Subprocess started) throws IOException {
        try (Subprocess process = started) {
            process.awaitLine("Accepting new connections", LIMIT);
            try (Peer peer = Peer.tls(port, JdkTls.anonymous());
                    Socket accepted = target.accept()) {
                peer.finish();
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
            process.awaitLine("byte\\(s\\) sent to TLS", LIMIT);
            return process.lines().stream()
                    .map(LINE::matcher)
                    .filter(m -> m.matches() && !m.group(2).equals("ui"))
                    .map(m -> m.group(1) + m.group(3).replaceAll("127.0.0.1:\\d+", "PORT"))
                    .filter(line -> !line.matches("6(Session id|persistence|No peer cert|Read socket|.*ciphersuite).*"))
                    .toList();
        }
    }

    @Test
    void aUnixSocketBelongsToTheGroupThatItsSectionNamesAndLetsItIn() throws Exception {
        boolean root = ProcessHandle.current().info().user().orElse("").equals("root");
        Object group = root ? 65534 : Files.getAttribute(directory, "unix:gid");
        Path socket = directory.resolve("socket");
        Path file = config(7, "accept = " + socket, "setgid = " + group);
        try (Subprocess process = StunnelProgram.ready(directory, file)) {
            assertThat(Files.getAttribute(socket, "unix:gid")).isEqualTo(group);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw----");
            process.awaitLine("Socket chown succeeded: " + socket + ", UID=0, GID=" + group, LIMIT);
        }
    }

    @Test
    @NeedsCommand("stunnel")
    void theTargetSeesTheClientsAddress() throws Exception {
        Path file = config(6, "transparent = source");
        List<String> theirs = seen(theirs(file));
        assertThat(theirs).contains("5Service [redis] connected remote server from 127.0.0.5:PORT");
        assertThat(seen(StunnelProgram.start(directory, file.toString()))).isEqualTo(theirs);
    }

    /** What is told of a connection until it stands. */
    private List<String> seen(Subprocess started) throws IOException {
        try (Subprocess process = started) {
            process.awaitLine("Accepting new connections", LIMIT);
            try (Socket client = JdkTls.anonymous()
                            .getSocketFactory()
                            .createSocket(InetAddress.getLoopbackAddress(), port, InetAddress.getByAddress(CLIENT), 0);
                    OutputStream out = client.getOutputStream()) {
                out.write('x');
                try (Socket accepted = target.accept()) {
                    assertThat(accepted.getInetAddress().getAddress()).isEqualTo(CLIENT);
                    assertThat(accepted.getInputStream().read()).isEqualTo('x');
                }
            }
            process.awaitLine("connected remote server from", LIMIT);
            return process.lines().stream()
                    .map(LINE::matcher)
                    .filter(m -> m.matches() && !m.group(2).equals("ui"))
                    .map(m -> m.group(1) + m.group(3).replaceAll("(127.0.0.\\d):\\d+", "$1:PORT"))
                    .filter(line -> line.matches(".*(TRANSPARENT|FREEBIND|bind|s_connect|connected remote).*"))
                    .toList();
        }
    }
}
