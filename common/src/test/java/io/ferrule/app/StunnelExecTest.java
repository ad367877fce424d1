package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Programs as ends of a stunnel.conf's services, in a process of its own. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such programs")
@NeedsCommand({"stunnel4", "stunnel"})
@Timeout(120)
class StunnelExecTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");

    @TempDir
    Path directory;

    private final int port = Ports.free();

    private String cert() {
        return "cert = " + SERVER.writeJoinedTo(directory, "server").certificate();
    }

    private Path script(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Path accepting(String... lines) throws IOException {
        return StunnelProgram.write(directory, "[p]", "accept = 127.0.0.1:" + port, cert(), String.join("\n", lines));
    }

    @Test
    void startAndEndOfAProgramAreTold() throws Exception {
        Path file = accepting("exec = " + script("read line; echo \"got $line\"; echo oops >&2; exit 3"));
        try (Subprocess process = StunnelProgram.ready(directory, file)) {
            try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                assertThat(peer.send("x\n").receive(6)).isEqualTo("got x\n");
                peer.receiveAll();
            }
            String pid = process.awaitLine("LOG6\\[\\d+]: Local mode child started \\(PID=(\\d+)\\)", LIMIT)
                    .group(1);
            process.awaitLine("LOG6\\[ui]: Child process " + pid + " finished with code 3", LIMIT);
            process.awaitLine("^oops$", LIMIT); // stderr is the log
        }
    }

    @Test
    void aProgramThatASignalEndsIsToldOf() throws Exception {
        Path file = accepting("exec = " + script("kill -TERM $$"));
        try (Subprocess process = StunnelProgram.ready(directory, file);
                Peer peer = Peer.tls(port, JdkTls.anonymous())) {
            peer.receiveAll();
            process.awaitLine("LOG6\\[ui]: Child process \\d+ terminated on SIGTERM", LIMIT);
        }
    }

    @Test
    void aProgramThatIsNotThereIsNamed() throws Exception {
        try (Subprocess process = StunnelProgram.ready(directory, accepting("exec = /nonexistent/program"))) {
            process.awaitLine("LOG5\\[ui]: exec: /nonexistent/program is no file", LIMIT);
            try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                peer.awaitEnd(LIMIT);
            }
            process.awaitLine("LOG3\\[\\d+]: exec: /nonexistent/program: No such file or directory \\(2\\)", LIMIT);
            process.awaitLine("LOG5\\[\\d+]: Connection reset: 0 byte", LIMIT);
        }
    }

    @Test
    @NeedsCommand("redis-cli")
    void aRealStunnelTalksToRedisByAProgram() throws Exception {
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess process = StunnelProgram.ready(
                        directory, accepting("exec = /usr/bin/env", "execArgs = env redis-cli -p " + redis.port()));
                StunnelPeer client = StunnelPeer.client(SERVER, "127.0.0.1:" + port);
                Peer peer = Peer.plain(client.port())) {
            assertThat(peer.send("PING\n").receive(5)).isEqualTo("PONG\n");
            assertThat(process.alive()).isTrue();
        }
    }

    @Test
    void theEndOfTheProcessIsTheEndOfAProgramsInput() throws Exception {
        Path done = directory.resolve("done");
        Path file = accepting("exec = " + script("echo on; cat > /dev/null; touch " + done));
        try (Subprocess process = StunnelProgram.ready(directory, file);
                Peer peer = Peer.tls(port, JdkTls.anonymous())) {
            assertThat(peer.receive(3)).isEqualTo("on\n");
            process.terminate();
            assertThat(process.awaitExit(LIMIT)).isZero();
            org.awaitility.Awaitility.await().atMost(LIMIT).until(() -> Files.exists(done));
        }
    }

    // ---- programs that dial out

    private ScriptedServer hearing(BlockingQueue<String> heard) throws IOException {
        return ScriptedServer.tls(
                JdkTls.showing(SERVER),
                peer -> heard.add(peer.send("go\n").receiveAll().toString()));
    }

    private Path dialing(ScriptedServer server, String retry) throws IOException {
        Path program = script("read line; echo \"$line from program\"");
        return StunnelProgram.write(
                directory,
                "[ec]",
                "client = yes",
                "exec = " + program,
                "connect = 127.0.0.1:" + server.port(),
                "retry = " + retry);
    }

    @Test
    void aProgramDialsOutAgainAndAgainUntilTheProcessEnds() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (ScriptedServer server = hearing(heard);
                Subprocess process = StunnelProgram.ready(directory, dialing(server, "50"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(heard.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
            }
            process.awaitLine("LOG7\\[ui]: Starting exec\\+connect service \\[ec]", LIMIT);
            process.awaitLine("LOG6\\[0_0]: Local mode child started \\(PID=\\d+\\)", LIMIT);
            process.awaitLine("LOG5\\[0_0]: Service \\[ec] accepted connection from ", LIMIT);
            process.awaitLine("LOG5\\[0_0]: Connection closed: 16 byte\\(s\\) sent to TLS, 3 byte", LIMIT);
            process.awaitLine("LOG6\\[0_0]: Retrying an exec\\+connect section", LIMIT);
            process.awaitLine("LOG5\\[0_1]: Service \\[ec] accepted connection from ", LIMIT);
            process.terminate();
            assertThat(process.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void withoutRetryItDialsOnceAndTheProcessStays() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (ScriptedServer server = hearing(heard);
                Subprocess process = StunnelProgram.ready(directory, dialing(server, "no"))) {
            process.awaitLine("LOG6\\[ui]: Child process \\d+ finished with code 0", LIMIT);
            process.awaitLine("LOG7\\[0]: Service \\[ec] finished \\(0 left\\)", LIMIT);
            assertThat(process.alive()).isTrue();
            assertThat(process.output()).doesNotContain("Retrying");
        }
    }

    @Test
    void aProgramOfANewFileDialsAfterAReload() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (ScriptedServer server = hearing(heard);
                Subprocess process = StunnelProgram.ready(directory, accepting("exec = /bin/cat"))) {
            dialing(server, "no");
            process.signal("HUP");
            assertThat(heard.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
        }
    }
}
