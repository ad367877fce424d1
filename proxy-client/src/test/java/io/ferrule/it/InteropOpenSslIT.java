package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code openssl} command at the other end of the wire. */
@NeedsCommand("openssl")
class InteropOpenSslIT {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("server");

    @TempDir
    private static Path directory;

    private static RedisUnderTest redis;
    private static Program server;

    @BeforeAll
    static void start() {
        redis = RedisUnderTest.start();
        server = serverShowing(SERVER);
    }

    @AfterAll
    static void stop() {
        try {
            server.close();
        } finally {
            redis.close();
        }
    }

    private static Program serverShowing(TestCertificate identity) {
        KeyFiles files = identity.writeTo(directory, identity.key().getAlgorithm());
        return Program.server(
                directory,
                "--target",
                redis.address(),
                "--certificate",
                files.certificate().toString(),
                "--key",
                files.key().toString(),
                "--access",
                "anyone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void opensslIsAnsweredByRedisAndResumesItsSession(String version) throws IOException {
        String session = directory.resolve("session" + version).toString();
        try (OpenSslPeer first = OpenSslPeer.client(server.port(), version, "-sess_out", session)) {
            first.type("PING").awaitLine("^\\+PONG");
            assertThat(first.finish().awaitExit()).isZero();
            assertThat(first.output()).contains("New, TLSv1");
        }
        try (OpenSslPeer second = OpenSslPeer.client(server.port(), version, "-sess_in", session)) {
            second.type("PING").awaitLine("^\\+PONG");
            assertThat(second.finish().awaitExit()).isZero();
            assertThat(second.output()).contains("Reused, TLSv1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    void oldVersionsAreRefused(String version) throws IOException {
        try (OpenSslPeer client = OpenSslPeer.client(server.port(), version, "-cipher", "DEFAULT@SECLEVEL=0")) {
            assertThat(client.finish().awaitExit()).isNotZero();
            assertThat(client.output()).contains("Cipher is (NONE)");
        }
    }

    @Test
    void renegotiationDoesNotHappen() throws IOException {
        try (OpenSslPeer client = OpenSslPeer.client(server.port(), "-tls1_2")) {
            client.type("PING").awaitLine("^\\+PONG");
            client.type("R").awaitLine("RENEGOTIATING");
            client.awaitLine("(?i)error.*renegotiation|no renegotiation|errno=");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-256", "RSA", "Ed25519"})
    void everyKindOfServerKeyIsServed(String kind) throws IOException {
        TestCertificate identity =
                TestCertificates.selfSignedLeaf("kind.test").key(kind).issue();
        try (Program other = serverShowing(identity);
                OpenSslPeer client = OpenSslPeer.client(other.port())) {
            client.type("PING").awaitLine("^\\+PONG");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void ourClientIsServedByOpenssl(String version) throws IOException {
        TestCertificate shown = TestCertificates.selfSigned("openssl");
        try (OpenSslPeer openssl = OpenSslPeer.reversingServer(shown, version);
                Program client = Program.client(
                        directory,
                        "--target",
                        openssl.address(),
                        "--pin",
                        shown.pin().toString());
                Peer peer = Peer.plain(client.port())) {
            assertThat(peer.send("hello\n").receive(6)).isEqualTo("olleh\n");
        }
    }
}
