package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TERM: what is open is finished, nothing new is taken, and the exit status says that all went well. */
class StopIT {
    private static final byte[] REST = Bytes.random(4 << 20, 11);

    @Test
    void idleProgramsStopWithStatusZero() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(Peer::receiveAll);
                Pair pair = Pair.before(target.address())) {
            assertThat(pair.client().stop(Duration.ofSeconds(5))).isZero();
            assertThat(pair.server().stop(Duration.ofSeconds(5))).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "client"})
    void openConnectionIsFinishedAndNoNewOneIsTakenWhileOneStops(String which) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StopIT::answerEveryLine);
                Pair pair = Pair.before(target.address());
                Peer open = Peer.plain(pair.port())) {
            Program stopping = which.equals("server") ? pair.server() : pair.client();
            open.send("one\n").receive(4);
            stopping.process().terminate();
            awaitRefusing(stopping);
            assertThat(stopping.process().alive()).isTrue();
            open.send("all\n");
            assertThat(Bytes.of(open.in().readNBytes(REST.length))).isEqualTo(Bytes.of(REST));
            open.finish();
            assertThat(open.awaitEnd(Duration.ofSeconds(5))).isEqualTo(Peer.End.CLEAN);
            assertThat(stopping.process().awaitExit(Duration.ofSeconds(15))).isZero();
        }
    }

    @Test
    void secondSignalStopsAtOnceThoughAConnectionIsOpen() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StopIT::answerEveryLine);
                Pair pair = Pair.before(target.address());
                Peer open = Peer.plain(pair.port())) {
            open.send("one\n").receive(4);
            pair.client().process().terminate();
            awaitRefusing(pair.client());
            assertThat(pair.client().process().alive()).isTrue();
            pair.client().stop(Duration.ofSeconds(3));
            assertThat(open.awaitEnd(Duration.ofSeconds(3))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
    }

    @Test
    void drainThatTakesTooLongCutsAndSaysHowMany() throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StopIT::answerEveryLine);
                Pair pair =
                        Pair.before(target.address(), java.util.List.of(), java.util.List.of("--drain-timeout", "1s"));
                Peer open = Peer.plain(pair.port())) {
            open.send("one\n").receive(4);
            assertThat(pair.client().stop(Duration.ofSeconds(10))).isZero();
            assertThat(open.awaitEnd(Duration.ofSeconds(3))).isNotEqualTo(Peer.End.STILL_OPEN);
            assertThat(pair.client().process().output()).containsPattern("cut=1\\b");
        }
    }

    private static void awaitRefusing(Program program) {
        Awaitility.await("no new connection to be taken")
                .atMost(Duration.ofSeconds(5))
                .until(() -> {
                    try (Peer late = Peer.plain(program.port())) {
                        return late.awaitEnd(Duration.ofMillis(200)) != Peer.End.STILL_OPEN;
                    } catch (IOException refused) {
                        return true;
                    }
                });
    }

    /** Lines of four bytes; to the line "all" it answers a lot. */
    private static void answerEveryLine(Peer peer) throws IOException {
        for (int i = 0; i < 2; i++) {
            byte[] line = peer.in().readNBytes(4);
            if (line.length < 4) {
                return;
            }
            peer.send(line[0] == 'a' ? REST : line);
        }
        peer.receiveAll();
    }
}
