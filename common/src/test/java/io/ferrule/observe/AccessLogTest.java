package io.ferrule.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class AccessLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long now;
    private final AccessLog log = new AccessLog(() -> now);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        lines.start();
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    void lineSaysWhoWhatAndHowMuch() throws Exception {
        ConnectionFacts facts = Samples.facts(7, "redis");
        facts.connectedTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 6379));
        facts.secured(Leg.ACCEPT, Samples.session(true, Samples.certificate("worker-1")));
        facts.received(Leg.ACCEPT, 10);
        facts.received(Leg.CONNECT, 2_000);
        log.closed(Samples.ended(facts, CloseReason.CLIENT_CLOSED, null, null));

        assertThat(only().getFormattedMessage())
                .isEqualTo("connection closed: the client finished first, both directions ended cleanly");
        assertThat(fields(only()))
                .containsExactlyEntriesOf(ordered(
                        "reason", "client_closed",
                        "tunnel", "redis",
                        "id", "7",
                        "client", "192.0.2.7:40000",
                        "target", "127.0.0.1:6379",
                        "seconds", "1.234",
                        "bytesFromClient", "10",
                        "bytesFromTarget", "2000",
                        "acceptTls", "TLSv1.3",
                        "acceptCipher", "TLS_AES_128_GCM_SHA256",
                        "acceptGroup", "X25519MLKEM768",
                        "acceptResumed", "true",
                        "acceptPeer", "CN=worker-1"));
    }

    @Test
    void handshakeFailureAndDetailStandLast() {
        log.closed(Samples.ended(
                Samples.facts(1, "redis"),
                CloseReason.TARGET_HANDSHAKE_FAILED,
                HandshakeFailure.PIN_MISMATCH,
                "pin mismatch\nsha256/AAA= CN=evil\u001b[0m"));
        assertThat(fields(only()))
                .containsEntry("handshakeFailure", "pin_mismatch")
                .containsEntry("detail", "pin mismatch\n    sha256/AAA= CN=evil?[0m")
                .doesNotContainKey("target");
        assertThat(List.copyOf(fields(only()).keySet())).endsWith("handshakeFailure", "detail");
    }

    @Test
    void certificateNameCannotBreakTheLine() throws Exception {
        ConnectionFacts facts = Samples.facts(1, "redis");
        facts.secured(Leg.ACCEPT, Samples.session(false, Samples.certificate("a\nERROR forged\" reason=\"x")));
        facts.received(Leg.ACCEPT, 1);
        log.closed(Samples.ended(facts, CloseReason.CLIENT_CLOSED, null, null));
        assertThat(fields(only()).get("acceptPeer")).doesNotContain("\n", "\"").contains("forged");
    }

    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void reasonDecidesTheLevel(CloseReason reason) {
        ConnectionFacts facts = Samples.facts(1, "redis");
        facts.received(Leg.ACCEPT, 1);
        log.closed(Samples.ended(facts, reason, null, null));
        assertThat(only().getLevel().toString()).isEqualTo(reason.level().toString());
    }

    @Test
    void healthCheckThatCameAndWentIsToldAtDebugOnly() {
        log.closed(Samples.ended("redis", CloseReason.CLIENT_CLOSED));
        assertThat(lines.list).isEmpty();
        logger.setLevel(Level.DEBUG);
        log.closed(Samples.ended("redis", CloseReason.CLIENT_CLOSED));
        assertThat(only().getLevel()).isEqualTo(Level.DEBUG);
    }

    @Test
    void floodOfRefusedConnectionsIsBoundedAndCounted() {
        for (int i = 0; i < 1_000; i++) {
            log.closed(Samples.ended("redis", CloseReason.CLIENT_HANDSHAKE_FAILED));
        }
        assertThat(lines.list).hasSize(10);

        now = Duration.ofSeconds(1).toNanos();
        log.opened(Samples.facts(2, "redis"));
        assertThat(lines.list).hasSize(11);
        assertThat(fields(lines.list.get(10)))
                .containsEntry("reason", "client_handshake_failed")
                .containsEntry("count", "990");

        log.opened(Samples.facts(3, "redis"));
        assertThat(lines.list).as("told once").hasSize(11);
    }

    @Test
    void floodOfOneReasonDoesNotSilenceAnother() {
        for (int i = 0; i < 1_000; i++) {
            log.closed(Samples.ended("redis", CloseReason.CLIENT_HANDSHAKE_FAILED));
        }
        log.closed(Samples.ended("redis", CloseReason.CONNECT_FAILED));
        assertThat(fields(lines.list.get(10))).containsEntry("reason", "connect_failed");
    }

    @Test
    void connectionsThatCarriedBytesAreNeverLeftOut() {
        for (int i = 0; i < 1_000; i++) {
            log.closed(Samples.ended("redis", CloseReason.TARGET_RESET));
        }
        assertThat(lines.list).hasSize(1_000);
    }

    @Test
    void whatIsStillUntoldIsToldAtTheEnd() {
        for (int i = 0; i < 15; i++) {
            log.closed(Samples.ended("redis", CloseReason.CONNECT_TIMEOUT));
        }
        log.close();
        assertThat(fields(lines.list.get(10))).containsEntry("count", "5");
    }

    @Test
    void pausedAcceptingIsToldOnceASecond() {
        log.acceptPaused("redis", "file descriptors");
        log.acceptPaused("redis", "file descriptors");
        assertThat(fields(only())).containsEntry("resource", "file descriptors").containsEntry("tunnel", "redis");
    }

    private ILoggingEvent only() {
        assertThat(lines.list).hasSize(1);
        return lines.list.get(0);
    }

    private static Map<String, String> fields(ILoggingEvent event) {
        Map<String, String> fields = new LinkedHashMap<>();
        Objects.requireNonNull(event.getKeyValuePairs()).forEach(p -> fields.put(p.key, String.valueOf(p.value)));
        return fields;
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
