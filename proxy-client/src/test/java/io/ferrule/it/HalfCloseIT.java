package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.Peer;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One direction has ended and the other has much to say, late, to a slow reader: every transport, TLS 1.2 and 1.3. */
class HalfCloseIT {
    private static final Map<String, TransportRig> RIGS = new TreeMap<>();

    @AfterAll
    static void stop() {
        RIGS.values().forEach(TransportRig::close);
        RIGS.clear();
    }

    @ParameterizedTest
    @CsvSource({"epoll, 1.2", "epoll, 1.3", "io_uring, 1.2", "io_uring, 1.3", "nio, 1.2", "nio, 1.3"})
    void lateAnswerToAClientThatHasFinishedArrivesWhole(String transport, String version) throws Exception {
        TransportRig rig = rig(transport);
        try (Peer peer = rig.connect(version, 'A')) {
            peer.send(TransportRig.SHORT).finish();
            assertThat(Bytes.drain(peer.in(), TransportRig.PAUSE_MILLIS)).isEqualTo(Bytes.of(TransportRig.LONG));
            rig.awaitPlayed();
        }
    }

    @ParameterizedTest
    @CsvSource({"epoll, 1.2", "epoll, 1.3", "io_uring, 1.2", "io_uring, 1.3", "nio, 1.2", "nio, 1.3"})
    void lateBytesToATargetThatHasFinishedArriveWhole(String transport, String version) throws Exception {
        TransportRig rig = rig(transport);
        try (Peer peer = rig.connect(version, 'F')) {
            assertThat(peer.receiveAll()).isEqualTo(Bytes.of(TransportRig.SHORT));
            peer.send(TransportRig.LONG).finish();
            rig.awaitPlayed();
        }
    }

    @ParameterizedTest
    @CsvSource({"epoll, 1.2", "epoll, 1.3", "io_uring, 1.2", "io_uring, 1.3", "nio, 1.2", "nio, 1.3"})
    void bothDirectionsAreFullAtOnceAndEachEndsWhenItIsDone(String transport, String version) throws Exception {
        TransportRig rig = rig(transport);
        try (Peer peer = rig.connect(version, 'B')) {
            TransportRig.exchange(peer);
            rig.awaitPlayed();
        }
    }

    private static TransportRig rig(String transport) throws IOException {
        if (!available(transport)) {
            throw LeftOut.skip("half-close on " + transport, "this machine does not offer " + transport);
        }
        TransportRig rig = RIGS.get(transport);
        if (rig == null) {
            rig = new TransportRig(transport);
            RIGS.put(transport, rig);
        }
        return rig;
    }

    /** True if this machine offers that transport. */
    static boolean available(String transport) {
        return switch (transport) {
            case "epoll" -> Epoll.isAvailable();
            case "io_uring" -> IoUring.isAvailable();
            default -> true;
        };
    }
}
