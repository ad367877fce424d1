package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged program in stunnel's place: with the flags and the files that people have, and the real stunnel at the other end. */
class StunnelLauncherIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path SAMPLE = Path.of("/usr/share/doc/stunnel4/examples/stunnel.conf-sample");

    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final TestCertificates.Authority AUTHORITY = TestCertificates.authority();
    private static final TestCertificate CLIENT = AUTHORITY.issue("client.test");
    private static final TestCertificate STRANGER = TestCertificates.selfSigned("stranger.test");

    private static RedisUnderTest redis;

    @TempDir
    Path directory;

    private String pem = "";
    private String certificate = "";

    @BeforeAll
    static void start() {
        redis = RedisUnderTest.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void write() {
        pem = SERVER.writeJoinedTo(directory, "redis").certificate().toString();
        certificate = SERVER.writeCertificateTo(directory, "redis").toString();
    }

    private Subprocess stunnel(String... arguments) {
        List<String> all = new ArrayList<>(List.of("stunnel"));
        all.addAll(List.of(arguments));
        return Subprocess.start("stunnel", Program.command("server", directory, all));
    }

    private Subprocess ready(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of("foreground = yes", "syslog = no", "debug = info"));
        all.addAll(List.of(lines));
        Path file = Files.write(directory.resolve("ours.conf"), all);
        Subprocess process = stunnel(file.toString());
        try {
            process.awaitLine("Accepting new connections", LIMIT);
            return process;
        } catch (AssertionError notReady) {
            process.close();
            throw notReady;
        }
    }

    private static void assertServed(int port) throws IOException {
        for (int i = 0; i < 3; i++) { // the later ones continue the first one's session
            try (Peer peer = Peer.plain(port)) {
                assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
            }
        }
    }

    private static void assertRefused(int port) throws IOException {
        assertThat(Peer.endAfterSending(port, "PING\r\n", LIMIT)).isNotEqualTo(Peer.End.STILL_OPEN);
        assertThat(answer(port)).isEmpty();
    }

    private static String answer(int port) {
        try (Peer peer = Peer.plain(port)) {
            return peer.send("PING\r\n").receive(7);
        } catch (IOException ended) {
            return "";
        }
    }

    private static void awaitServed(int port) {
        Awaitility.await().atMost(LIMIT).until(() -> answer(port).equals("+PONG\r\n"));
    }

    @Test
    void theTwoLineRecipeRunsAsItIs() throws IOException {
        int tls = Ports.free();
        int plain = Ports.free();
        try (Subprocess server = stunnel("-d", "" + tls, "-r", "" + redis.port(), "-p", pem);
                Subprocess client = stunnel(
                        "-c", "-v", "3", "-A", certificate, "-d", "127.0.0.1:" + plain, "-r", "127.0.0.1:" + tls)) {
            awaitServed(plain);
            assertServed(plain);
            assertThat(server.alive()).isTrue();
            assertThat(client.alive()).isTrue();
        }
    }

    @Test
    void theRecipesClientRefusesAServerWithAnotherKey() throws IOException {
        int tls = Ports.free();
        int plain = Ports.free();
        String other = STRANGER.writeJoinedTo(directory, "other").certificate().toString();
        try (Subprocess server =
                        ready("[s]", "accept = 127.0.0.1:" + tls, "connect = " + redis.port(), "cert = " + other);
                Subprocess client = stunnel(
                        "-c",
                        "-f",
                        "-D",
                        "6",
                        "-v",
                        "3",
                        "-A",
                        certificate,
                        "-d",
                        "127.0.0.1:" + plain,
                        "-r",
                        "127.0.0.1:" + tls)) {
            client.awaitLine("Accepting new connections", LIMIT);
            assertRefused(plain);
            client.awaitLine("LOG4\\[\\d+]: Rejected by CERT at depth=0: CN=stranger.test", LIMIT);
            assertThat(server.alive()).isTrue();
        }
    }

    @Test
    void clientAndServerServicesShareAFile() throws IOException {
        int tls = Ports.free();
        int plain = Ports.free();
        try (Subprocess both = ready(
                "[server]",
                "accept = 127.0.0.1:" + tls,
                "connect = " + redis.address(),
                "cert = " + pem,
                "[client]",
                "client = yes",
                "accept = 127.0.0.1:" + plain,
                "connect = 127.0.0.1:" + tls,
                "verifyChain = yes",
                "checkHost = localhost",
                "CAfile = " + certificate)) {
            assertServed(plain);
            both.awaitLine("Service \\[client] accepted connection from", LIMIT);
            both.awaitLine("Service \\[server] connected remote server from", LIMIT);
        }
    }

    /** Our server, which knows CLIENT and who signed it. */
    private Subprocess verifying(String verify, int port) throws IOException {
        Path bundle = Files.writeString(directory.resolve("ca.pem"), AUTHORITY.pem() + CLIENT.chainPem());
        return ready(
                "[s]",
                "accept = 127.0.0.1:" + port,
                "connect = " + redis.address(),
                "cert = " + pem,
                "CAfile = " + bundle,
                verify);
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @ParameterizedTest
    @ValueSource(strings = {"verify = 0", "verify = 1", "verify = 2", "verify = 3", "verify = 4", "requireCert = yes"})
    void ourServerTakesWhatStunnelWouldTake(String verify) throws IOException {
        int tls = Ports.free();
        try (Subprocess ours = verifying(verify, tls);
                StunnelPeer theirs =
                        StunnelPeer.client(CLIENT, "127.0.0.1:" + tls, StunnelPeer.trusting(SERVER, directory))) {
            assertServed(theirs.port());
            assertThat(ours.alive()).isTrue();
        }
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @ParameterizedTest
    @ValueSource(strings = {"verify = 1", "verify = 2", "verify = 3", "verify = 4"})
    void ourServerRefusesAStrangerAsStunnelWould(String verify) throws IOException {
        int tls = Ports.free();
        try (Subprocess ours = verifying(verify, tls);
                StunnelPeer theirs =
                        StunnelPeer.client(STRANGER, "127.0.0.1:" + tls, StunnelPeer.trusting(SERVER, directory))) {
            assertRefused(theirs.port());
            ours.awaitLine("LOG4\\[\\d+]: Rejected by CERT at depth=0: CN=stranger.test", LIMIT);
        }
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @ParameterizedTest
    @ValueSource(strings = {"sslVersion = TLSv1.2", "sslVersion = TLSv1.3"})
    void ourClientIsServedByTheRealStunnel(String version) throws IOException {
        int plain = Ports.free();
        String own = CLIENT.writeJoinedTo(directory, "client").certificate().toString();
        try (StunnelPeer theirs = StunnelPeer.server(
                        SERVER,
                        redis.address(),
                        Stream.concat(Stream.of(StunnelPeer.trusting(CLIENT, directory)), Stream.of(version))
                                .toArray(String[]::new));
                Subprocess ours = ready(
                        "[c]",
                        "client = yes",
                        "accept = 127.0.0.1:" + plain,
                        "connect = 127.0.0.1:" + Ports.free(),
                        "connect = " + theirs.address(),
                        "cert = " + own,
                        "verifyPeer = yes",
                        "CAfile = " + certificate)) {
            assertServed(plain);
            ours.awaitLine(
                    "LOG3\\[\\d+]: s_connect: connect 127\\.0\\.0\\.1:\\d+: Connection refused \\(111\\)", LIMIT);
        }
    }

    @Test
    void theSampleOfDebianRuns() throws IOException {
        assumeThat(SAMPLE).exists();
        // Its ports are below 1024, and perhaps in use.
        String sample = Files.readString(SAMPLE);
        for (String port : List.of("127.0.0.1:110", "127.0.0.1:143", "127.0.0.1:25")) {
            sample = sample.replace("accept = " + port + "\n", "accept = 127.0.0.1:" + Ports.free() + "\n");
        }
        Path file = Files.writeString(
                directory.resolve("sample.conf"), sample.replace(";foreground = yes", "foreground = yes"));
        try (Subprocess process = stunnel(file.toString())) {
            process.awaitLine("Configuration successful", LIMIT);
            process.terminate();
            assertThat(process.awaitExit(LIMIT)).isZero();
            process.awaitLine("LOG5\\[ui]: Terminated", LIMIT);
        }
    }
}
