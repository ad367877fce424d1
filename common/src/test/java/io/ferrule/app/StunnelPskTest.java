package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stunnel.conf with pre-shared keys, in a process of its own. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class StunnelPskTest {
    private static final String HEX = "000102030405060708090a0b0c0d0e0f";

    @TempDir
    Path directory;

    private final int near = Ports.free();
    private final int far = Ports.free();

    private Path keys(String... lines) throws IOException {
        Path file = directory.resolve("psk.txt");
        Files.write(file, List.of(lines));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Path pair(int target) throws IOException {
        return StunnelProgram.write(
                directory,
                "PSKsecrets = " + directory.resolve("psk.txt"),
                "[server]",
                "accept = 127.0.0.1:" + far,
                "connect = 127.0.0.1:" + target,
                "[client]",
                "client = yes",
                "accept = 127.0.0.1:" + near,
                "connect = 127.0.0.1:" + far,
                "PSKidentity = alice");
    }

    @Test
    @NeedsCommand("redis-cli")
    void redisIsReachedThroughAPairAndNothingSecretIsLogged() throws Exception {
        keys("bob:the key of bob, which nobody sees", "alice:" + HEX);
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess process = StunnelProgram.ready(directory, pair(redis.port()))) {
            CommandResult answer = CommandResult.of("redis-cli", "-p", "" + near, "set", "some", "thing");
            assertThat(answer.output()).contains("OK");
            process.awaitLine("LOG5\\[\\d+]: Key configured for PSK identity \"alice\"", LIMIT);
            process.awaitLine(
                    "LOG6\\[\\d+]: TLSv1.3 ciphersuite: TLS_AES_128_GCM_SHA256 \\(128-bit encryption\\)", LIMIT);
            process.awaitLine("LOG6\\[\\d+]: TLS connected: previous session reused", LIMIT);
            assertThat(process.output())
                    .contains("PSKsecrets line 2: 16-byte hexadecimal key configured for identity \"alice\"")
                    .doesNotContain("needs authentication")
                    .doesNotContain("key of bob")
                    .doesNotContain(HEX);
        }
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void aReloadTakesTheFilesNewKeys() throws Exception {
        Path file = keys("alice:the first key of alice");
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess process = StunnelProgram.ready(
                        directory,
                        StunnelProgram.write(
                                directory,
                                "[server]",
                                "accept = 127.0.0.1:" + far,
                                "connect = 127.0.0.1:" + redis.port(),
                                "PSKsecrets = " + file));
                StunnelPeer before = StunnelPeer.clientWithoutCertificate("127.0.0.1:" + far, "PSKsecrets = " + file)) {
            assertThat(answer(before.port())).isEqualTo("+PONG");
            keys("alice:the second key of alice");
            process.signal("HUP");
            process.awaitLine("23-byte ASCII key configured for identity", LIMIT);
            Awaitility.await().atMost(LIMIT).until(() -> answer(before.port()).isEmpty());
            try (StunnelPeer after = StunnelPeer.clientWithoutCertificate("127.0.0.1:" + far, "PSKsecrets = " + file)) {
                assertThat(answer(after.port())).isEqualTo("+PONG");
            }
        }
    }

    private static String answer(int port) {
        try (Peer peer = Peer.plain(port)) {
            return peer.timeout(Duration.ofSeconds(20)).send("PING\r\n").receive(5);
        } catch (IOException refused) {
            return "";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsCommand("openssl")
    void openSslsClientIsServed(String version) throws Exception {
        Path file = keys("alice:" + HEX);
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess process = StunnelProgram.ready(
                        directory,
                        StunnelProgram.write(
                                directory,
                                "[server]",
                                "accept = 127.0.0.1:" + far,
                                "connect = 127.0.0.1:" + redis.port(),
                                "PSKsecrets = " + file));
                OpenSslPeer client = OpenSslPeer.client(far, version, "-psk_identity", "alice", "-psk", HEX)) {
            client.type("PING");
            client.awaitLine("\\+PONG");
            assertThat(process.alive()).isTrue();
        }
    }

    @Test
    void aFileThatOthersMayReadIsWarnedOfAndAWrongOneIsRefused() throws Exception {
        Path file = keys("alice:" + HEX);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (Subprocess process = StunnelProgram.ready(directory, pair(Ports.free()))) {
            process.awaitLine("LOG4\\[ui]: Insecure file permissions on " + file, LIMIT);
        }
        keys("alice:short");
        try (Subprocess process =
                StunnelProgram.start(directory, pair(Ports.free()).toString())) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(1);
            assertThat(process.output())
                    .contains("PSKsecrets line 1: Key shorter than 16 bytes")
                    .contains("Failed to read PSK secrets")
                    .doesNotContain("alice:short");
        }
    }
}
