package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.Directories;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two packaged servers with one certificate and one file of ticket keys, and an openssl client between them. */
@NeedsCommand("openssl")
@Timeout(180)
class ReplicasIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path directory = Directories.temporary("ferrule-replicas");
    private final TestCertificate identity = TestCertificates.selfSigned("redis.test");
    private final RedisUnderTest redis = RedisUnderTest.start();
    private Program first;
    private Program second;

    @BeforeEach
    void start() {
        Program.toItsEnd("server", directory, "ticket-keys", "tickets").orFail();
        first = replica();
        second = replica();
    }

    @AfterEach
    void stop() throws Exception {
        first.close();
        second.close();
        redis.close();
        Directories.delete(directory);
    }

    private Program replica() {
        KeyFiles files = new KeyFiles(directory.resolve("redis.crt"), directory.resolve("redis.key"));
        if (!Files.exists(files.key())) {
            identity.writeTo(directory, "redis");
        }
        return Program.server(
                directory,
                "--target",
                redis.address(),
                "--access",
                "anyone",
                "--certificate",
                files.certificate().toString(),
                "--key",
                files.key().toString(),
                "--ticket-keys",
                directory.resolve("tickets").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void sessionOfOneIsContinuedByTheOtherAlsoAfterARotation(String version) throws IOException {
        Path session = directory.resolve("session");
        begin(first, version, session);
        assertThat(isContinued(second, version, session)).isTrue();

        Program.toItsEnd("server", directory, "ticket-keys", "tickets", "--rotate")
                .orFail();
        Awaitility.await("both read the new keys").atMost(LIMIT).untilAsserted(() -> {
            for (Program replica : new Program[] {first, second}) {
                assertThat(LoneServer.metric(replica, "ferrule_reloads_total", "success"))
                        .isPositive();
            }
        });
        assertThat(isContinued(first, version, session))
                .as("sealed by the previous key")
                .isTrue();
        begin(second, version, session);
        assertThat(isContinued(first, version, session))
                .as("sealed by the new key")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void sessionIsNotContinuedWithAnotherKey(String version) throws IOException {
        Path session = directory.resolve("session");
        begin(first, version, session);
        TestCertificates.selfSigned("redis.test").writeTo(directory, "redis");
        Awaitility.await("the new certificate").atMost(LIMIT).untilAsserted(() -> assertThat(
                        LoneServer.metric(second, "ferrule_reloads_total", "success"))
                .isPositive());
        assertThat(isContinued(second, version, session)).isFalse();
    }

    /** A ticket of TLS 1.3 comes with the first answer. */
    private static void begin(Program replica, String version, Path session) throws IOException {
        try (OpenSslPeer client =
                OpenSslPeer.client(replica.port(), version, "-sess_out", session.toString(), "-ign_eof")) {
            client.type("PING").awaitLine("PONG");
            client.type("QUIT");
            client.awaitExit();
        }
        assertThat(session).isNotEmptyFile();
    }

    private static boolean isContinued(Program replica, String version, Path session) throws IOException {
        try (OpenSslPeer client =
                OpenSslPeer.client(replica.port(), version, "-sess_in", session.toString(), "-ign_eof")) {
            client.type("PING").awaitLine("PONG");
            return client.output().lines().anyMatch(line -> line.startsWith("Reused, "));
        }
    }
}
