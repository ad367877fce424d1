package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Manual;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Ports;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.Subprocess;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's first set-up, typed from its text. What differs from what a person does: variables give the programs other
 * addresses and another state directory than the defaults, so that nothing on this machine is in the way, and with them the
 * address in the invitation and the port in the line of redis-cli; and the invitation lies in a folder of its own.
 */
@NeedsCommand("redis-cli")
class QuickStartIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String CLIENT_PORT = "56379";
    private static final String SERVER = "redis.example.net:46379";
    private static final String INVITATION = "orders.ferrule";

    private final List<String> lines = Manual.blocksOf("README.md").stream()
            .filter(block -> block.section().equals("One Redis, one application")
                    && block.info().equals("sh"))
            .flatMap(block -> block.commands().stream())
            .toList();

    @Test
    void fourLinesOfTheReadmeLeadToRedis(@TempDir Path directory) {
        assertThat(lines).hasSize(4);
        String address = "127.0.0.1:" + Ports.free();
        String clientPort = Integer.toString(Ports.free());
        String invitation = directory.resolve(INVITATION).toString();
        String state = directory.resolve("state").toString();
        assertThat(lines.get(0)).contains("invite orders").contains(SERVER);
        try (Subprocess invite = type(
                lines.get(0).replace(SERVER, address) + " --out '" + invitation + "'",
                Map.of("FERRULE_STATE_DIRECTORY", state))) {
            assertThat(invite.awaitExit(LIMIT)).as(invite.output()).isZero();
        }
        try (RedisUnderTest redis = RedisUnderTest.start();
                Subprocess server = type(
                        lines.get(1),
                        Map.of(
                                "FERRULE_LISTEN",
                                address,
                                "FERRULE_TARGET",
                                redis.address(),
                                "FERRULE_STATE_DIRECTORY",
                                state))) {
            server.awaitLine(" listening ", LIMIT);
            assertThat(lines.get(2)).contains(INVITATION);
            try (Subprocess client = type(
                    lines.get(2).replace(INVITATION, "'" + invitation + "'"),
                    Map.of("FERRULE_LISTEN", "127.0.0.1:" + clientPort))) {
                client.awaitLine(" listening ", LIMIT);
                assertThat(lines.get(3)).contains(CLIENT_PORT);
                try (Subprocess cli = type(lines.get(3).replace(CLIENT_PORT, clientPort), Map.of())) {
                    assertThat(cli.awaitExit(LIMIT)).as(cli.output()).isZero();
                    assertThat(cli.output()).isEqualTo("PONG");
                }
            }
        }
    }

    /** Runs a line as a shell in the directory of the source would, with the Java that the tests are to use. */
    private static Subprocess type(String line, Map<String, String> variables) {
        Path java = Path.of(System.getProperty("it.java", System.getProperty("java.home") + "/bin/java"));
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "exec " + line)
                .directory(Manual.root().toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("FERRULE_") || name.endsWith("JAVA_OPTIONS"));
        environment.putAll(variables);
        environment.merge("PATH", java.getParent() + File.pathSeparator, (path, first) -> first + path);
        return Subprocess.start(line, builder);
    }
}
