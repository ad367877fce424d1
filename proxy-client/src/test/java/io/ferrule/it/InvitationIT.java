package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Directories;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.Subprocess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
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

    @Test
    void revokedClientIsShutOutWithinASecondAndOthersAreNot() throws Exception {
        invite("orders");
        invite("billing");
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis);
                Program client = Program.client(clientFolder, "orders.ferrule");
                Program other = Program.client(clientFolder, "billing.ferrule");
                Socket subscriber = subscribe(client);
                Socket bystander = subscribe(other)) {
            type("revoke", "orders").orFail();
            subscriber.setSoTimeout(1_000);
            assertThat(endOf(subscriber)).as("ended").isTrue();
            server.process().awaitLine("permission_gone", LIMIT);
            assertThat(ping(client).output()).doesNotContain("PONG");
            assertThat(CommandResult.of("redis-cli", "-u", "redis://" + redis.address(), "PUBLISH", "news", "x")
                            .orFail())
                    .as("who still listens")
                    .isEqualTo("1");
            bystander.setSoTimeout(10_000);
            assertThat(bystander.getInputStream().read()).isEqualTo('*');
            assertThat(ping(other).orFail()).isEqualTo("PONG");
        }
    }

    @Test
    void runningServerLetsAClientInFromTheMomentItIsInvited() throws Exception {
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis)) {
            invite("late");
            server.process().awaitLine("client invited", LIMIT);
            try (Program client = Program.client(clientFolder, "late.ferrule")) {
                assertThat(ping(client).orFail()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void rotationOfARunningServerCutsNobody() throws Exception {
        invite("orders");
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = server(redis);
                Program client = Program.client(clientFolder, "orders.ferrule");
                Socket subscriber = subscribe(client)) {
            type("rotate", "--now").orFail();
            Awaitility.await("the new key is shown").atMost(LIMIT).untilAsserted(() -> {
                assertThat(ping(client).orFail()).isEqualTo("PONG");
                assertThat(LoneServer.metric(client, "ferrule_next_pin_seen_total"))
                        .isPositive();
            });
            CommandResult.of("redis-cli", "-u", "redis://" + redis.address(), "PUBLISH", "news", "x")
                    .orFail();
            subscriber.setSoTimeout(10_000);
            assertThat(subscriber.getInputStream().read()).isEqualTo('*');
            assertThat(server.process().alive()).isTrue();
        }
    }

    private static Socket subscribe(Program client) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), client.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("SUBSCRIBE news\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readNBytes("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".length());
        assertThat(new String(answer, StandardCharsets.US_ASCII)).contains("subscribe");
        return socket;
    }

    /** True if the stream ends or is reset before the socket's time limit. */
    private static boolean endOf(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }
}
