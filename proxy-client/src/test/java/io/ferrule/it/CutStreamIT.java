package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Directories;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Program;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream that was cut or damaged on its way never looks whole, and nothing damaged is delivered. */
class CutStreamIT {
    private static WatchedTarget target;
    private static LoneServer server;

    @BeforeAll
    static void start() throws IOException {
        target = new WatchedTarget();
        server = LoneServer.before(target.address());
    }

    @AfterAll
    static void stop() {
        try {
            server.close();
        } finally {
            target.close();
        }
    }

    private static TlsByHand served(String version) throws IOException {
        TlsByHand client =
                TlsByHand.client(server.port(), JdkTls.anonymous(), version).shakeHands();
        assertThat(client.send("whole").receive(5)).isEqualTo("whole");
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void halfARecordAndFinDeliversNothingOfItAndIsAResetToTheTarget(String version) throws Exception {
        try (TlsByHand client = served(version)) {
            byte[] record = client.seal("half of this is missing");
            client.wire().send(Arrays.copyOf(record, record.length - 10)).finish();
            assertThat(target.awaitVisit()).isEqualTo(new WatchedTarget.Visit("whole", Peer.End.RESET));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void finWithoutCloseNotifyIsAResetToTheTarget(String version) throws Exception {
        try (TlsByHand client = served(version)) {
            client.wire().finish();
            assertThat(target.awaitVisit()).isEqualTo(new WatchedTarget.Visit("whole", Peer.End.RESET));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void flippedBitDeliversNothingOfItsRecordAndIsAResetToTheTarget(String version) throws Exception {
        try (TlsByHand client = served(version)) {
            byte[] record = client.seal("damaged");
            record[record.length - 3] ^= 1;
            client.wire().send(record);
            assertThat(target.awaitVisit()).isEqualTo(new WatchedTarget.Visit("whole", Peer.End.RESET));
            assertThat(client.wire().awaitEnd(Duration.ofSeconds(5))).isNotEqualTo(Peer.End.STILL_OPEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void answerWhoseTcpEndsWithoutCloseNotifyIsAResetToTheApplication(String version) throws Exception {
        Path directory = Directories.temporary("ferrule-cut");
        TestCertificate shown = TestCertificates.selfSigned("ferrule.test");
        try (ScriptedServer cutting = ScriptedServer.plain(wire -> answerHalf(wire, shown, version));
                Program client = Program.client(
                        directory,
                        "--target",
                        cutting.address(),
                        "--pin",
                        shown.pin().toString());
                Peer application = Peer.plain(client.port())) {
            application.send("question");
            assertThat(application.receive(4)).isEqualTo("half");
            assertThat(application.awaitEnd(Duration.ofSeconds(5))).isEqualTo(Peer.End.RESET);
            cutting.awaitPlayed();
        } finally {
            Directories.delete(directory);
        }
    }

    private static void answerHalf(Peer wire, TestCertificate shown, String version) throws IOException {
        TlsByHand server =
                TlsByHand.server(wire, JdkTls.showing(shown), version).shakeHands();
        server.receive(8);
        byte[] rest = server.send("half").seal(" an answer");
        wire.send(Arrays.copyOf(rest, rest.length - 10)).finish();
        wire.awaitEnd(Duration.ofSeconds(5));
    }
}
