package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The daemon started with listening sockets, as systemd starts it for a socket unit. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has such service managers")
@NeedsCommand("perl")
@Timeout(60)
class PassedSocketProcessTest {
    /** Becomes the program with one socket for each word before {@code --}: {@code tcp}, {@code blocking} or a path. */
    private static final String STARTER =
            """
            use Socket; use Fcntl;
            $^F = 100; # no close-on-exec
            my @sockets;
            while ((my $kind = shift) ne '--') {
              my $unix = $kind =~ m{^/};
              socket(my $s, $unix ? PF_UNIX : PF_INET, SOCK_STREAM, 0) or die $!;
              bind($s, $unix ? pack_sockaddr_un($kind) : pack_sockaddr_in(0, INADDR_LOOPBACK)) or die $!;
              listen($s, 16) or die $!;
              fcntl($s, F_SETFL, O_NONBLOCK) or die $! unless $kind eq 'blocking';
              push @sockets, $s;
            }
            die 'not from 3 on' unless fileno($sockets[0]) == 3 && fileno($sockets[-1]) == 2 + @sockets;
            $ENV{LISTEN_PID} = $$;
            $ENV{LISTEN_FDS} = @sockets;
            exec @ARGV;
            """;

    @TempDir
    Path directory;

    private ChildProgram run(List<String> sockets, String names, String... more) throws IOException {
        return new ChildProgram(
                directory,
                Stream.of(List.of("perl", "-e", STARTER, "--"), sockets, List.of("--"))
                        .flatMap(List::stream)
                        .toList(),
                Map.of("LISTEN_FDNAMES", names),
                List.of(),
                Stream.concat(Stream.of("run", "--access", "anyone"), Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private static void exchange(Peer peer) throws IOException {
        assertThat(peer.send("x").receive(1)).isEqualTo("x");
    }

    @Test
    void connectionsToAPassedSocketAreServed() throws Exception {
        try (ChildProgram program = run(List.of("tcp"), "ferrule", "--listen", "systemd:ferrule")) {
            int port = program.port();
            for (int i = 0; i < 3; i++) {
                try (Peer peer = program.connect(port)) {
                    exchange(peer);
                }
            }
            program.signal("TERM");
            assertThat(program.exit(10)).isZero();
        }
    }

    @Test
    void nameDecidesBetweenSeveralAndTheOthersAreWarnedOf() throws Exception {
        try (ChildProgram program = run(
                List.of(directory.resolve("other").toString(), "tcp"),
                "other:ferrule",
                "--listen",
                "systemd:ferrule")) {
            assertThat(program.lineWith("no tunnel listens on this socket")).contains("WARN", "name=other");
            try (Peer peer = program.connect(program.port())) {
                exchange(peer);
            }
        }
    }

    @Test
    void fileOfAPassedUnixSocketStays() throws Exception {
        Path file = directory.resolve("passed.sock");
        try (ChildProgram program = run(List.of(file.toString()), "ferrule", "--listen", "systemd:ferrule")) {
            assertThat(program.lineWith("listening")).contains("listen=unix:" + file);
            program.signal("TERM");
            assertThat(program.exit(10)).isZero();
        }
        assertThat(Files.exists(file)).isTrue();
    }

    @Test
    void socketThatWouldBlockTheEventLoopIsRefusedWithTheRemedy() throws Exception {
        try (ChildProgram program = run(List.of("blocking"), "ferrule", "--listen", "systemd:ferrule")) {
            assertThat(program.exit(20)).isEqualTo(ExitCode.FAILED.number());
            assertThat(program.errors())
                    .isEqualTo(
                            "proxy-server: cannot listen on systemd:ferrule: it would block; set NonBlocking=yes in the"
                                    + " service unit\n");
        }
    }

    @Test
    void passedSocketIsInTheConfigInForceByItsAddress() throws Exception {
        try (ChildProgram program =
                run(List.of("tcp"), "ferrule", "--listen", "systemd:ferrule", "--admin", "127.0.0.1:0")) {
            assertThat(program.lineWith("clients connect with")).contains("--target 127.0.0.1:");
        }
    }
}
