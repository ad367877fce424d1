package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program takes no more connections than its heap holds, and says so in time. */
class HeapLimitIT {
    private static final int REFUSED = 50;

    @Test
    void connectionsBeyondWhatTheHeapHoldsAreRefusedAndTheOthersServed() throws IOException {
        List<TlsByHand> held = new ArrayList<>();
        try (WatchedTarget target = new WatchedTarget();
                LoneServer server = LoneServer.before(target.address(), "-Xmx28m")) {
            int limit = (int) LoneServer.metric(server.program(), "ferrule_connections_limit");
            assertThat(limit).isBetween(100, 512);
            for (int i = 0; i < limit; i++) {
                held.add(TlsByHand.client(server.port()).shakeHands());
            }
            for (int i = 0; i < REFUSED; i++) {
                assertThat(endOfANewConnection(server)).isEqualTo(Peer.End.RESET);
            }
            Awaitility.await("all refusals counted").untilAsserted(() -> assertThat(LoneServer.metric(
                            server.program(), "ferrule_connections_closed_total", "\"too_many_connections\""))
                    .isEqualTo(REFUSED));
            for (TlsByHand connection : held) {
                assertThat(connection.send("still").receive(5)).isEqualTo("still");
            }
            assertThat(server.program().process().output()).doesNotContain("OutOfMemoryError");
        } finally {
            held.forEach(TlsByHand::close);
        }
    }

    @Test
    void limitThatTheHeapCannotHoldIsAMistakeOfTheConfiguration(@TempDir Path directory) {
        for (String command : List.of("run", "check")) {
            CommandResult result = Program.toItsEnd(
                    "server", directory, "-Xmx64m", command, "--access", "anyone", "--max-connections", "9000");
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.output())
                    .contains("--max-connections", "9000", "-Xmx")
                    .doesNotContain("\tat ");
        }
    }

    private static Peer.End endOfANewConnection(LoneServer server) {
        try (Peer refused = Peer.plain(server.port())) {
            return refused.awaitEnd(Duration.ofSeconds(2));
        } catch (IOException resetBeforeConnectReturned) {
            return Peer.End.RESET;
        }
    }
}
