package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Directories;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.Subprocess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From two empty folders to Redis by invitation, and out again: the packaged programs, as typed. */
@NeedsCommand("redis-cli")
class InvitationIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path serverFolder = Directories.temporary("ferrule-server");
    private final Path clientFolder = Directories.temporary("ferrule-client");
    private final int port = Ports.free();

    @AfterEach
    void removeFolders() {
        Directories.delete(serverFolder);
        Directories.delete(clientFolder);
    }

    private CommandResult type(String... words) {
        String[] all = java.util.stream.Stream.concat(
                        List.of(words).stream(), List.of("--state-directory", "state").stream())
                .toArray(String[]::new);
        return Program.toItsEnd("server", serverFolder, all);
    }

    private void invite(String name) throws Exception {
        type("invite", name, "--listen", "127.0.0.1:" + port).orFail();
        Files.move(serverFolder.resolve(name + ".ferrule"), clientFolder.resolve(name + ".ferrule"));
    }

    private Program server(RedisUnderTest redis) {
        return Program.server(
                serverFolder,
                "--listen",
                "127.0.0.1:" + port,
                "--target",
                redis.address(),
                "--state-directory",
                "state");
    }

    private static CommandResult ping(Program client) {
        return CommandResult.of("redis-cli", "-p", Integer.toString(client.port()), "PING");
    }

    @Test
    void inviteRunAndRunFileLeadToRedis() throws Exception {
        invite("orders");
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis);
                Program client = Program.client(clientFolder, "orders.ferrule")) {
            assertThat(ping(client).orFail()).isEqualTo("PONG");
            assertThat(server.process().output()).doesNotContain("nobody is invited");
            Awaitility.await("seen")
                    .atMost(LIMIT)
                    .until(() -> Files.exists(serverFolder.resolve("state/clients/.orders.seen")));
            assertThat(type("clients").orFail().lines())
                    .anyMatch(line -> line.matches("orders +default .* active"))
                    .noneMatch(line -> line.contains("never"));
            assertThat(client.page("/config")).doesNotContain("PRIVATE KEY");
        }
    }

    @Test
    void serverThatInvitedNobodyLetsNobodyInAndSaysWhatToType() throws Exception {
        invite("orders");
        Files.delete(serverFolder.resolve("state/clients/orders.client"));
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis);
                Program client = Program.client(clientFolder, "orders.ferrule")) {
            server.process().awaitLine("nobody is invited, so nobody gets in: .*proxy-server invite NAME", LIMIT);
            assertThat(ping(client).output()).doesNotContain("PONG");
        }
    }

    @Test
    void revokedClientDoesNotGetInAfterARestart() throws Exception {
        invite("orders");
        invite("billing");
        assertThat(type("revoke", "orders").orFail()).contains("orders is revoked");
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis);
                Program client = Program.client(clientFolder, "orders.ferrule");
                Program other = Program.client(clientFolder, "billing.ferrule")) {
            assertThat(ping(client).output()).doesNotContain("PONG");
            assertThat(ping(other).orFail()).isEqualTo("PONG");
            assertThat(server.process().output()).doesNotContain("nobody is invited");
        }
    }

    @Test
    void rotatedServerIsKnownByItsNextPinAndTheClientSaysSo() throws Exception {
        invite("orders");
        type("rotate", "--now").orFail();
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis);
                Program client = Program.client(clientFolder, "orders.ferrule")) {
            assertThat(ping(client).orFail()).isEqualTo("PONG");
            assertThat(ping(client).orFail()).isEqualTo("PONG");
            Subprocess process = client.process();
            process.awaitLine("WARN +the server shows its next key", LIMIT);
            assertThat(process.lines().stream().filter(line -> line.contains("the server shows its next key")))
                    .as("once a day")
                    .hasSize(1);
            assertThat(LoneServer.metric(client, "ferrule_next_pin_seen_total")).isGreaterThanOrEqualTo(2);
            assertThat(server.process().alive()).isTrue();
        }
    }
}
