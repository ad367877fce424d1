package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file without sections: the process is there for one connection, which is its standard input and output. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "its starters are those of Linux")
@NeedsCommand("perl")
@Timeout(120)
class StunnelInetdTest {
    /** As inetd does it: listens, tells where, and becomes the program with the connection on all three descriptors. */
    private static final String INETD =
            """
            use Socket;
            my $unix = shift;
            socket(my $s, $unix ? PF_UNIX : PF_INET, SOCK_STREAM, 0) or die $!;
            bind($s, $unix ? pack_sockaddr_un($unix) : pack_sockaddr_in(0, INADDR_LOOPBACK)) or die $!;
            listen($s, 1) or die $!;
            $| = 1;
            print "port ", $unix ? 0 : (sockaddr_in(getsockname($s)))[0], "\\n";
            accept(my $c, $s) or die $!;
            close($s);
            open(STDIN, '<&', $c) or die $!;
            open(STDOUT, '>&', $c) or die $!;
            open(STDERR, '>&', $c) or die $!;
            exec @ARGV;
            """;

    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");

    @TempDir
    Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    /** Logs to a file: standard error may be the client's. */
    private Path write(String... lines) throws IOException {
        String pem = SERVER.writeJoinedTo(directory, "server").certificate().toString();
        return Files.writeString(
                directory.resolve("inetd.conf"),
                "syslog = no\ndebug = 6\noutput = " + log() + "\ncert = " + pem + "\n" + String.join("\n", lines)
                        + "\n");
    }

    private Subprocess inetd(String unix, Path file) throws IOException {
        return StunnelProgram.start(directory, Map.of(), List.of("perl", "-e", INETD, unix), file.toString());
    }

    private static int port(Subprocess inetd) {
        return Integer.parseInt(inetd.awaitLine("port (\\d+)", LIMIT).group(1));
    }

    private static void exchange(Peer opened) throws IOException {
        try (Peer peer = opened) {
            peer.send("hello").finish();
            assertThat(new String(peer.in().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("hello");
        }
    }

    @Test
    void aConnectionOnDescriptorZeroIsServedByAProgram() throws Exception {
        try (Subprocess inetd = inetd("", write("exec = /bin/cat"))) {
            exchange(Peer.tls(port(inetd), JdkTls.anonymous()));
            assertThat(inetd.awaitExit(LIMIT)).isZero();
            assertThat(log())
                    .content()
                    .containsPattern("LOG5\\[0]: Service \\[stunnel] accepted connection from 127\\.0\\.0\\.1:\\d+\n")
                    .containsPattern("LOG6\\[0]: Local mode child started \\(PID=\\d+\\)\n")
                    .contains("Connection closed: 5 byte(s) sent to TLS, 5 byte(s) sent to socket")
                    .doesNotContain("Accepting new connections", "pid file");
        }
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void theRealStunnelReachesATargetThroughIt() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
                    peer.send(peer.receiveAll().toString());
                    peer.finish();
                });
                Subprocess inetd = inetd("", write("service = mail", "connect = 127.0.0.1:" + target.port()));
                StunnelPeer client = StunnelPeer.client(SERVER, "127.0.0.1:" + port(inetd))) {
            try (Peer peer = Peer.plain(client.port())) {
                peer.send("x").finish();
                assertThat(peer.in().readAllBytes()).isNotEmpty();
            }
            assertThat(inetd.awaitExit(LIMIT)).isZero();
            assertThat(log()).content().contains("Service [mail] accepted connection from 127.0.0.1:");
        }
    }

    @Test
    void aUnixSocketOnDescriptorZeroIsServed() throws Exception {
        Path place = directory.resolve("s");
        try (ScriptedServer server = ScriptedServer.tls(JdkTls.showing(SERVER), peer -> {
                    peer.send("welcome");
                    peer.finish();
                    peer.receiveAll();
                });
                Subprocess inetd =
                        inetd(place.toString(), write("client = yes", "connect = 127.0.0.1:" + server.port()))) {
            port(inetd);
            try (var socket = java.nio.channels.SocketChannel.open(java.net.UnixDomainSocketAddress.of(place))) {
                socket.shutdownOutput();
                byte[] all = java.nio.channels.Channels.newInputStream(socket).readAllBytes();
                assertThat(new String(all, StandardCharsets.UTF_8)).isEqualTo("welcome");
            }
            assertThat(inetd.awaitExit(LIMIT)).isZero();
            assertThat(log()).content().contains("accepted connection from unnamed socket");
        }
    }

    @Test
    void aClientThatIsNotLetInEndsItWithZeroAllTheSame() throws Exception {
        try (Subprocess inetd = inetd("", write("exec = /bin/cat"))) {
            Peer.endAfterSending(port(inetd), "PING\r\nPING\r\n", LIMIT);
            assertThat(inetd.awaitExit(LIMIT)).isZero();
            assertThat(log()).content().contains("Connection reset: 0 byte(s)");
        }
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void pipesAreAConnectionToo() throws Exception {
        try (StunnelPeer server = StunnelPeer.program(SERVER, "/bin/cat");
                Subprocess inetd = StunnelProgram.start(
                        directory,
                        write("client = yes", "connect = " + server.address()).toString())) {
            inetd.stdin().write("hello\n".getBytes(StandardCharsets.UTF_8));
            inetd.stdin().flush();
            inetd.awaitLine("^hello$", LIMIT);
            inetd.stdin().close();
            assertThat(inetd.awaitExit(LIMIT)).isZero();
            assertThat(log())
                    .content()
                    .contains("Service [stunnel] accepted connection\n")
                    .contains("Connection closed: 6 byte(s) sent to TLS, 6 byte(s) sent to socket");
        }
    }

    /** It outlives its connection until the reader behind the pipe, who takes its time, has everything. */
    @Test
    void whatCameLastIsWrittenBeforeTheProcessEnds() throws Exception {
        byte[] answer = Bytes.random(160_000, 1); // more than a pipe holds and less than lies between
        try (ScriptedServer server = ScriptedServer.tls(JdkTls.showing(SERVER), peer -> {
                    peer.receiveAll();
                    peer.send(answer).finish();
                });
                Subprocess inetd = StunnelProgram.unread(
                        directory, write("client = yes", "connect = 127.0.0.1:" + server.port()))) {
            inetd.stdin().close();
            server.awaitPlayed();
            await().until(() -> Files.readString(log()).contains("Connection closed"));
            assertThat(inetd.process().getInputStream().readAllBytes()).isEqualTo(answer);
            assertThat(inetd.awaitExit(LIMIT)).isZero();
        }
    }

    /** But for what only OpenSSL and stunnel's sessions could tell, and for how it was noticed that a pipe has ended. */
    private List<String> told() throws IOException {
        return Files.readAllLines(log()).stream()
                .map(line -> line.replaceFirst("^\\S+ \\S+ ", ""))
                .filter(line -> line.startsWith("LOG") && line.contains("[0]: "))
                .filter(line -> !line.matches("LOG6\\[0]: (Session id: .*|Certificate verification disabled)"))
                .map(line -> line.replaceAll("127\\.0\\.0\\.1:\\d+", "ADDRESS")
                        .replaceAll("ciphersuite: .*", "ciphersuite: ...")
                        .replace("(HUP)", "(readsocket)"))
                .toList();
    }

    private static void talk(Subprocess inetd) throws IOException {
        inetd.stdin().write("hello\n".getBytes(StandardCharsets.UTF_8));
        inetd.stdin().flush();
        inetd.awaitLine("^hello$", LIMIT);
        inetd.stdin().close();
        assertThat(inetd.awaitExit(LIMIT)).isZero();
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void itTellsWhatTheRealOneTells() throws Exception {
        try (StunnelPeer server = StunnelPeer.program(SERVER, "/bin/cat")) {
            Path file = write("client = yes", "connect = " + server.address());
            try (Subprocess ours = StunnelProgram.start(directory, file.toString())) {
                talk(ours);
            }
            List<String> told = told();
            Files.delete(log());
            try (Subprocess theirs = Subprocess.start(
                    "real", directory, List.of(StunnelPeer.binary().toString(), file.toString()))) {
                talk(theirs);
            }
            assertThat(told).isEqualTo(told());
        }
    }

    @Test
    void endOfTheServerEndsItThoughItsInputIsOpen() throws Exception {
        try (ScriptedServer server = ScriptedServer.tls(JdkTls.showing(SERVER), peer -> {
                    peer.send("bye\n");
                    peer.finish();
                    peer.receiveAll();
                });
                Subprocess inetd = StunnelProgram.start(
                        directory,
                        write("client = yes", "connect = 127.0.0.1:" + server.port())
                                .toString())) {
            inetd.awaitLine("^bye$", LIMIT);
            assertThat(inetd.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void aSignalEndsIt() throws Exception {
        try (ScriptedServer server = ScriptedServer.tls(JdkTls.showing(SERVER), Peer::receiveAll);
                Subprocess inetd = StunnelProgram.start(
                        directory,
                        write("client = yes", "connect = 127.0.0.1:" + server.port())
                                .toString())) {
            org.awaitility.Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> Files.exists(log()) && Files.readString(log()).contains("TLS connected"));
            inetd.signal("TERM");
            assertThat(inetd.awaitExit(LIMIT)).isZero();
        }
    }
}
