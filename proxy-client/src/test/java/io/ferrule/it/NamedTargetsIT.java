package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.Directories;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The packaged server with two names on one port, in front of two Redis, and clients that nobody here wrote. */
@NeedsCommand("redis-server")
@Timeout(120)
class NamedTargetsIT {
    private final TestCertificate own = TestCertificates.selfSigned("own.test");
    private final TestCertificate blue = TestCertificates.selfSigned("blue.test");
    private final Path directory = Directories.temporary("ferrule-names");

    @Test
    void eachServerNameLeadsToItsOwnRedis() throws Exception {
        try (RedisUnderTest first = RedisUnderTest.start();
                RedisUnderTest second = RedisUnderTest.start();
                Program server = server(first, second)) {
            assertThat(redisCli(server, "blue.test", "SET", "colour", "blue")).isEqualTo("OK");
            assertThat(redisCli(server, "a.green.test", "SET", "colour", "green"))
                    .isEqualTo("OK");
            assertThat(redisCli(server, "blue.test", "GET", "colour")).isEqualTo("blue");
            assertThat(redisCli(server, "b.green.test", "GET", "colour")).isEqualTo("green");
            try (OpenSslPeer client = OpenSslPeer.client(server.port(), "-servername", "blue.test", "-quiet")) {
                client.type("GET colour").awaitLine("^blue");
            }
            try (OpenSslPeer client = OpenSslPeer.client(server.port(), "-servername", "other.test")) {
                client.awaitLine("unrecognized name");
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private Program server(RedisUnderTest first, RedisUnderTest second) throws Exception {
        KeyFiles shown = own.writeTo(directory, "own");
        blue.writeTo(directory, "blue");
        Path config = Files.writeString(
                directory.resolve("server.yaml"),
                """
                access: anyone
                unknown-names: refuse
                names:
                  blue.test:
                    target: %s
                    certificate: blue.crt
                    key: blue.key
                  "*.green.test":
                    target: %s
                """
                        .formatted(first.address(), second.address()));
        return Program.server(
                directory,
                "--config",
                config.toString(),
                "--certificate",
                shown.certificate().toString(),
                "--key",
                shown.key().toString());
    }

    private String redisCli(Program server, String name, String... command) {
        List<String> line = new java.util.ArrayList<>(List.of(
                "redis-cli",
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(server.port()),
                "--tls",
                "--insecure",
                "--sni",
                name));
        line.addAll(List.of(command));
        try (Subprocess cli = Subprocess.start("redis-cli", directory, line)) {
            assertThat(cli.awaitExit(Duration.ofSeconds(20))).isZero();
            return cli.output().strip();
        }
    }
}
