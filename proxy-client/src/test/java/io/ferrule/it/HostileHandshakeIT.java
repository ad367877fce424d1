package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd but legal handshakes are served; what is none is ended soon and reaches nobody. */
class HostileHandshakeIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int RECORD_HEADER = 5;

    private static WatchedTarget target;
    private static LoneServer server;

    @BeforeAll
    static void start() throws IOException {
        target = new WatchedTarget();
        server = LoneServer.before(target.address(), "--reset-timeout", "1s");
    }

    @AfterAll
    static void stop() {
        try {
            server.close();
        } finally {
            target.close();
        }
    }

    @AfterEach
    void serverIsWell() throws IOException {
        try (TlsByHand client = TlsByHand.client(server.port()).shakeHands()) {
            assertThat(client.send("well").receive(4)).isEqualTo("well");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void helloSpreadOverRecordsOf32BytesIsServed(String version) throws IOException {
        try (TlsByHand client = TlsByHand.client(server.port(), JdkTls.anonymous(), version)) {
            client.wire().send(inRecordsOf(32, client.hello()));
            client.shakeHands().send("hello");
            assertThat(client.receive(5)).isEqualTo("hello");
        }
    }

    @Test
    void helloOf12KilobytesIsServed() throws IOException {
        try (TlsByHand client = TlsByHand.client(server.port()).offeringProtocols(120)) {
            byte[] hello = client.hello();
            assertThat(hello).hasSizeGreaterThan(12_000);
            client.wire().send(hello);
            client.shakeHands().send("hello");
            assertThat(client.receive(5)).isEqualTo("hello");
        }
    }

    @Test
    void handshakeMessageThatClaims16MebibytesIsRefusedAtItsFirstRecord() throws IOException {
        int reached = target.accepted();
        try (Peer peer = Peer.plain(server.port())) {
            peer.send(claiming16Mebibytes());
            assertThat(peer.awaitEnd(SOON)).isNotEqualTo(Peer.End.STILL_OPEN);
        }
        assertThat(target.accepted()).isEqualTo(reached);
    }

    @Test
    void whoeverPoursAHandshakeOf16MebibytesIsEndedSoonAndNothingIsStored() {
        ProcessState process = ProcessState.of(server.program());
        long before = process.residentBytes();
        assertThatThrownBy(() -> pour(claiming16Mebibytes())).isInstanceOf(IOException.class);
        assertThat(process.residentBytes() - before).isLessThan(64L << 20);
    }

    /** Sends the record and then more like it until the server has had enough. */
    private static void pour(byte[] record) throws IOException {
        long deadline = System.nanoTime() + SOON.toNanos();
        try (Peer peer = Peer.plain(server.port())) {
            while (System.nanoTime() < deadline) {
                peer.send(record);
                Arrays.fill(record, RECORD_HEADER, 2 * RECORD_HEADER, (byte) 0);
            }
        }
    }

    /** One full record with the beginning of a ClientHello that claims as much as its length field can say. */
    private static byte[] claiming16Mebibytes() {
        byte[] begin = {22, 3, 1, 0x40, 0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, 3, 3};
        return Arrays.copyOf(begin, RECORD_HEADER + 16_384);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP | GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "Redis, inline | PING\\r\\n",
                "Redis, RESP | *1\\r\\n$4\\r\\nPING\\r\\n",
                "SSLv2 | \\x80\\x2e\\x01\\x00\\x02\\x00\\x15\\x00\\x00\\x00\\x10",
                "SSLv2 hello that offers TLS 1.2 | \\x80\\x1f\\x01\\x03\\x03\\x00\\x06\\x00\\x00\\x00\\x10",
                "zeros | \\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00",
                "a record of 65535 bytes | \\x16\\x03\\x01\\xff\\xff\\x01\\x00\\x00\\x00",
                "a record of no bytes | \\x16\\x03\\x01\\x00\\x00",
                "an alert first | \\x15\\x03\\x01\\x00\\x02\\x02\\x28",
                "application data first | \\x17\\x03\\x03\\x00\\x05hello",
                "a version that there is not | \\x16\\x09\\x09\\x00\\x05\\x01\\x00\\x00\\x01\\x00",
                "a ServerHello | \\x16\\x03\\x03\\x00\\x05\\x02\\x00\\x00\\x01\\x00",
                "a hello shorter than it says inside | \\x16\\x03\\x01\\x00\\x06\\x01\\x00\\x00\\x02\\x03\\x03",
            })
    void whatIsNoHandshakeIsEndedAndReachesNobody(String what, String escaped) throws IOException {
        int reached = target.accepted();
        try (Peer peer = Peer.plain(server.port())) {
            byte[] first = unescaped(escaped);
            // Some of these are only begun by themselves: what follows fills them up, as from a client that goes on.
            peer.send(Arrays.copyOf(first, 128));
            assertThat(peer.awaitEnd(SOON)).as(what).isNotEqualTo(Peer.End.STILL_OPEN);
        }
        assertThat(target.accepted()).as("connections that reached the target").isEqualTo(reached);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void dataInTheSegmentOfTheClientsFinishedArrives(String version) throws IOException {
        SSLContext context = JdkTls.anonymous();
        try (TlsByHand first = TlsByHand.client(server.port(), context, version).shakeHands()) {
            assertThat(first.send("first").receive(5)).isEqualTo("first");
        }
        // In TLS 1.2 the client's Finished is the last one only where a session is resumed.
        try (TlsByHand second = TlsByHand.client(server.port(), context, version)) {
            byte[] finished = second.lastFlight();
            assertThat(finished).as("the flight that ends in Finished").isNotEmpty();
            second.wire().send(joined(finished, second.seal("same segment")));
            assertThat(second.receive(12)).isEqualTo("same segment");
        }
    }

    static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    /** The same handshake message in many records: a record's boundary means nothing to it (RFC 8446 §5.1). */
    private static byte[] inRecordsOf(int bytes, byte[] record) {
        ByteArrayOutputStream spread = new ByteArrayOutputStream();
        for (int at = RECORD_HEADER; at < record.length; at += bytes) {
            int length = Math.min(bytes, record.length - at);
            spread.write(record, 0, 3);
            spread.write(0);
            spread.write(length);
            spread.write(record, at, length);
        }
        return spread.toByteArray();
    }

    private static byte[] unescaped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\x", i)) {
                bytes.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            } else if (text.charAt(i) == '\\') {
                bytes.write(text.charAt(++i) == 'r' ? '\r' : '\n');
            } else {
                bytes.writeBytes(text.substring(i, i + 1).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toByteArray();
    }
}
