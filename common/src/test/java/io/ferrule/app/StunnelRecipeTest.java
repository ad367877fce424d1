package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The two lines that many a Redis was given TLS with: {@code stunnel -d -r -p} and {@code stunnel -c -v 3 -A -d -r}. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class StunnelRecipeTest {
    private static final TestCertificate REDIS = TestCertificates.selfSigned("redis");

    @TempDir
    Path directory;

    private final int near = Ports.free();
    private final int far = Ports.free();
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        REDIS.writeJoinedTo(directory, "redis");
        REDIS.writeCertificateTo(directory, "redis");
        target = ScriptedServer.plain(peer -> {
            assertThat(peer.line()).isEqualTo("PING");
            peer.send("+PONG\r\n").finish().receiveAll();
        });
    }

    @AfterEach
    void close() {
        target.close();
    }

    private Subprocess server(Map<String, String> variables) throws IOException {
        return listening(
                StunnelProgram.start(directory, variables, "-d", "" + far, "-r", "" + target.port(), "-p", "redis.pem"),
                far);
    }

    private Subprocess client(int server) throws IOException {
        return listening(
                StunnelProgram.start(
                        directory,
                        "-c",
                        "-v",
                        "3",
                        "-A",
                        "redis.crt",
                        "-d",
                        "127.0.0.1:" + near,
                        "-r",
                        "127.0.0.1:" + server),
                near);
    }

    /** At the level of the recipe it says nothing of being ready. */
    private static Subprocess listening(Subprocess process, int port) {
        org.awaitility.Awaitility.await().atMost(LIMIT).until(() -> !process.alive() || !isFree(port));
        assertThat(process.alive()).as(process.output()).isTrue();
        return process;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static String answer(int port) throws IOException {
        try (Peer peer = Peer.plain(port)) {
            return peer.send("PING\r\n").receive(5);
        }
    }

    @Test
    void bothLinesLeadToRedis() throws Exception {
        try (Subprocess server = server(Map.of());
                Subprocess client = client(far)) {
            assertThat(answer(near)).as(server.output() + client.output()).isEqualTo("+PONG");
        }
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void theServersLineServesTheRealClient() throws Exception {
        try (Subprocess server = server(Map.of());
                StunnelPeer client = StunnelPeer.clientWithoutCertificate(
                        "127.0.0.1:" + far, "verify = 3", "CAfile = " + directory.resolve("redis.crt"))) {
            assertThat(answer(client.port())).as(server.output()).isEqualTo("+PONG");
        }
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void theClientsLineReachesTheRealServerAndNoOther() throws Exception {
        try (StunnelPeer server = StunnelPeer.server(REDIS, target.address());
                Subprocess client = client(server.port())) {
            assertThat(answer(near)).as(client.output()).isEqualTo("+PONG");
        }
        TestCertificate other = TestCertificates.selfSigned("redis");
        try (StunnelPeer server = StunnelPeer.server(other, target.address());
                Subprocess client = client(server.port())) {
            assertThat(Peer.endAfterSending(near, "PING\r\n", LIMIT))
                    .as(client.output())
                    .isNotNull();
            assertThat(client.output()).contains("CERT: ").contains("Rejected by CERT");
        }
    }

    // ---- what is loaded for it

    private static final String BOUNCY_CASTLES = "org\\.bouncycastle\\.tls\\.";
    private static final String BORING_SSLS = "io\\.ferrule\\.tls\\.NativeContext";

    /** Of the two TLS engines. */
    private List<String> classesOf(String... lines) throws Exception {
        Path loaded = directory.resolve("loaded.txt");
        Path file = StunnelProgram.write(directory, lines);
        try (Subprocess process = StunnelProgram.start(
                directory, Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded), file.toString())) {
            process.awaitLine("Accepting new connections", LIMIT);
            try (Peer peer = Peer.tls(far, JdkTls.anonymous())) {
                peer.send("PING\r\n").receive(5);
            } catch (IOException refused) {
                assertThat(String.join("\n", lines)).contains("PSKsecrets");
            }
            process.terminate();
            process.awaitExit(LIMIT);
        }
        return Files.readAllLines(loaded).stream()
                .filter(line -> line.matches(".* (" + BOUNCY_CASTLES + "|" + BORING_SSLS + ").*"))
                .toList();
    }

    /** They are slower, and are met by whoever connects. */
    @Test
    void theTlsOfPreSharedKeysIsLoadedWhereAServiceHasThemAndNowhereElse() throws Exception {
        String certificate = "cert = " + directory.resolve("redis.pem");
        String[] service = {"[redis]", "accept = 127.0.0.1:" + far, "connect = " + target.address()};
        assertThat(classesOf(service[0], service[1], service[2], certificate))
                .anyMatch(line -> line.contains("NativeContext"))
                .noneMatch(line -> line.contains("org.bouncycastle.tls."));
        Path keys = TestCertificate.write(directory.resolve("psk"), "alice:000102030405060708090a0b0c0d0e0f\n");
        assertThat(classesOf(service[0], service[1], service[2], "PSKsecrets = " + keys))
                .anyMatch(line -> line.contains("org.bouncycastle.tls."));
    }
}
