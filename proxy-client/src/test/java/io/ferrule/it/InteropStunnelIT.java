package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.Bytes;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real stunnel at the other end of the wire, both ways round, with both sides showing a certificate. */
@NeedsCommand({"stunnel4", "stunnel"})
class InteropStunnelIT {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("server");
    private static final TestCertificate CLIENT = TestCertificates.selfSigned("client");

    @TempDir
    private static Path directory;

    private static RedisUnderTest redis;

    @BeforeAll
    static void start() {
        redis = RedisUnderTest.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void stunnelClientIsServedByOurServer(String version) throws IOException {
        try (Program server = ourServer("--client-pin", CLIENT.pin().toString());
                StunnelPeer stunnel =
                        StunnelPeer.client(CLIENT, server.address(), options("sslVersion = " + version))) {
            assertServed(stunnel.port());
        }
    }

    @Test
    void stunnelClientWithAnotherCertificateIsRefusedByOurServer() throws IOException {
        try (Program server = ourServer("--client-pin", CLIENT.pin().toString());
                StunnelPeer stunnel =
                        StunnelPeer.client(TestCertificates.selfSigned("client"), server.address(), options());
                Peer peer = Peer.plain(stunnel.port())) {
            peer.send("PING\r\n");
            assertThat(peer.awaitEnd(Duration.ofSeconds(10))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void ourClientIsServedByAStunnelServer(String version) throws IOException {
        String[] trusting = Stream.concat(
                        Stream.of(StunnelPeer.trusting(CLIENT, directory)), Stream.of("sslVersion = " + version))
                .toArray(String[]::new);
        KeyFiles files = CLIENT.writeTo(directory, "client");
        try (StunnelPeer stunnel = StunnelPeer.server(SERVER, redis.address(), trusting);
                Program client = Program.client(
                        directory,
                        "--target",
                        stunnel.address(),
                        "--pin",
                        SERVER.pin().toString(),
                        "--certificate",
                        files.certificate().toString(),
                        "--key",
                        files.key().toString())) {
            assertServed(client.port());
        }
    }

    @Test
    void ourClientWithoutACertificateIsRefusedByAStunnelServerThatWantsOne() throws IOException {
        try (StunnelPeer stunnel =
                        StunnelPeer.server(SERVER, redis.address(), StunnelPeer.trusting(CLIENT, directory));
                Program client = Program.client(
                        directory,
                        "--target",
                        stunnel.address(),
                        "--pin",
                        SERVER.pin().toString());
                Peer peer = Peer.plain(client.port())) {
            peer.send("PING\r\n");
            assertThat(peer.awaitEnd(Duration.ofSeconds(10))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
    }

    private static String[] options(String... more) {
        return Stream.concat(Stream.of(StunnelPeer.trusting(SERVER, directory)), Stream.of(more))
                .toArray(String[]::new);
    }

    private static Program ourServer(String... access) {
        KeyFiles files = SERVER.writeTo(directory, "server");
        return Program.server(
                directory,
                Stream.concat(
                                Stream.of(
                                        "--target",
                                        redis.address(),
                                        "--certificate",
                                        files.certificate().toString(),
                                        "--key",
                                        files.key().toString()),
                                Stream.of(access))
                        .toArray(String[]::new));
    }

    /** A few connections, one after the other so that later ones resume, each with a large value. */
    private static void assertServed(int port) throws IOException {
        byte[] value = Bytes.random(4 << 20, port);
        for (int i = 0; i < 3; i++) {
            try (Peer peer = Peer.plain(port)) {
                assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
                peer.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + value.length + "\r\n")
                        .send(value)
                        .send("\r\n");
                assertThat(peer.receive(5)).isEqualTo("+OK\r\n");
                String head = "$" + value.length + "\r\n";
                assertThat(peer.send("GET k\r\n").receive(head.length())).isEqualTo(head);
                assertThat(Bytes.of(peer.in().readNBytes(value.length))).isEqualTo(Bytes.of(value));
                assertThat(new String(peer.in().readNBytes(2), StandardCharsets.US_ASCII))
                        .isEqualTo("\r\n");
            }
        }
    }
}
