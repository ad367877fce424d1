package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A stunnel.conf's services on sockets that systemd has passed. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has such service managers")
@NeedsCommand("perl")
@Timeout(120)
class StunnelPassedSocketsTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");

    /** Becomes the program with two sockets, of whose ports it tells. */
    private static final String STARTER =
            """
            use Socket; use Fcntl;
            $^F = 100; # no close-on-exec
            $| = 1;
            my @sockets;
            for (1, 2) {
              socket(my $s, PF_INET, SOCK_STREAM, 0) or die $!;
              bind($s, pack_sockaddr_in(0, INADDR_LOOPBACK)) or die $!;
              listen($s, 16) or die $!;
              fcntl($s, F_SETFL, O_NONBLOCK) or die $!;
              print "socket $_ at ", (sockaddr_in(getsockname($s)))[0], "\\n";
              push @sockets, $s;
            }
            $ENV{LISTEN_PID} = $$;
            $ENV{LISTEN_FDS} = @sockets;
            exec @ARGV;
            """;

    @TempDir
    Path directory;

    private Path sections(String... names) throws IOException {
        String pem = SERVER.writeJoinedTo(directory, "server").certificate().toString();
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append("[%s]\naccept = 127.0.0.1:%d\nexec = /bin/echo\nexecArgs = echo %s\ncert = %s\n"
                    .formatted(name, Ports.free(), name, pem));
        }
        return StunnelProgram.write(directory, text.toString());
    }

    private Subprocess start(String names, Path file) throws IOException {
        return StunnelProgram.start(
                directory, Map.of("LISTEN_FDNAMES", names), List.of("perl", "-e", STARTER), file.toString());
    }

    private static String servedAt(Subprocess process, int socket) throws IOException {
        int port = Integer.parseInt(
                process.awaitLine("socket " + socket + " at (\\d+)", LIMIT).group(1));
        try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
            return new String(peer.in().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        }
    }

    @Test
    void sectionsTakeThemInTheirOrder() throws Exception {
        try (Subprocess process = start("stunnel.socket:stunnel.socket", sections("one", "two"))) {
            process.awaitLine("Accepting new connections", LIMIT);
            assertThat(process.output())
                    .contains("LOG6[ui]: Systemd socket activation: 2 descriptors received")
                    .contains("LOG7[ui]: Listening file descriptor received from systemd (FD=3)")
                    .containsPattern("LOG6\\[ui]: Service \\[one] \\(FD=\\d+\\) bound to 127\\.0\\.0\\.1:\\d+");
            assertThat(servedAt(process, 1)).isEqualTo("one");
            assertThat(servedAt(process, 2)).isEqualTo("two");
        }
    }

    @Test
    void aNameGoesBeforeTheOrder() throws Exception {
        try (Subprocess process = start("two:other", sections("one", "two"))) {
            process.awaitLine("Accepting new connections", LIMIT);
            assertThat(servedAt(process, 1)).isEqualTo("two");
            assertThat(servedAt(process, 2)).isEqualTo("one");
        }
    }

    @Test
    void aSectionBeyondThemBindsItsOwn() throws Exception {
        try (Subprocess process = start("", sections("one", "two", "three"))) {
            process.awaitLine("Service \\[three] \\(FD=\\d+\\) bound to 127\\.0\\.0\\.1:(\\d+)", LIMIT);
            assertThat(servedAt(process, 2)).isEqualTo("two");
        }
    }

    @Test
    void moreThanThereAreSectionsIsAnError() throws Exception {
        try (Subprocess process = start("", sections("one"))) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(1);
            assertThat(process.lines())
                    .contains("[!] Too many listening file descriptors received from systemd, got 2");
        }
    }

    @Test
    void theyStayWhereTheyAreAtAReload() throws Exception {
        try (Subprocess process = start("", sections("one", "two"))) {
            process.awaitLine("Accepting new connections", LIMIT);
            sections("one", "three");
            process.signal("HUP");
            process.awaitLine("Initializing service \\[three]", LIMIT);
            org.awaitility.Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(servedAt(process, 2))
                    .isEqualTo("three"));
            assertThat(servedAt(process, 1)).isEqualTo("one");
        }
    }
}
