package io.ferrule.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionMetricsTest {
    private final PrometheusText text = new PrometheusText();
    private final ConnectionMetrics metrics =
            new ConnectionMetrics(text.registry(), List.of(Samples.serverTunnel("redis")));
    private final ConnectionFacts facts = Samples.facts(1, "redis");

    @AfterEach
    void close() {
        text.close();
    }

    @Test
    void openCountsUpAndDownAndOpenedOnlyUp() {
        metrics.opened(facts);
        metrics.opened(facts);
        metrics.closed(Samples.ended("redis", CloseReason.CLIENT_CLOSED));
        assertSeries("ferrule_connections_open{tunnel=\"redis\"} 1.0");
        assertSeries("ferrule_connections_opened_total{tunnel=\"redis\"} 2.0");
        assertSeries("ferrule_connection_lifetime_seconds_count{tunnel=\"redis\"} 1");
        assertSeries("ferrule_connection_lifetime_seconds_bucket{tunnel=\"redis\",le=\"10.0\"} 1");
    }

    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void everyCloseReasonStandsAtZeroBeforeItsFirstConnection(CloseReason reason) {
        String series = "ferrule_connections_closed_total{reason=\"" + reason.label() + "\",tunnel=\"redis\"} ";
        assertSeries(series + "0.0");
        metrics.opened(facts);
        metrics.closed(Samples.ended("redis", reason));
        assertSeries(series + "1.0");
    }

    @Test
    void bytesAreCountedByDirection() {
        metrics.received(facts, Leg.ACCEPT, 100);
        metrics.received(facts, Leg.CONNECT, 7);
        metrics.received(facts, Leg.CONNECT, 7);
        assertSeries("ferrule_traffic_bytes_total{direction=\"client_to_target\",tunnel=\"redis\"} 100.0");
        assertSeries("ferrule_traffic_bytes_total{direction=\"target_to_client\",tunnel=\"redis\"} 14.0");
    }

    @Test
    void handshakesAreCountedByWhatTheyAgreedOn() {
        metrics.secured(facts, Leg.ACCEPT, Samples.session(false), Duration.ofMillis(3));
        metrics.secured(facts, Leg.ACCEPT, Samples.session(true), Duration.ofMillis(3));
        assertSeries("ferrule_handshakes_total{group=\"X25519MLKEM768\",leg=\"accept\",resumed=\"false\","
                + "tunnel=\"redis\",version=\"TLSv1.3\"} 1.0");
        assertSeries("ferrule_handshake_duration_seconds_bucket{leg=\"accept\",tunnel=\"redis\",le=\"0.0025\"} 0");
        assertSeries("ferrule_handshake_duration_seconds_bucket{leg=\"accept\",tunnel=\"redis\",le=\"0.005\"} 2");
    }

    @Test
    void failedHandshakesAreCountedByReason() {
        String series = "ferrule_handshake_failures_total{leg=\"accept\",reason=\"pin_mismatch\",tunnel=\"redis\"} ";
        assertSeries(series + "0.0");
        metrics.handshakeFailed(facts, Leg.ACCEPT, HandshakeFailure.PIN_MISMATCH);
        assertSeries(series + "1.0");
    }

    @Test
    void plaintextLegHasNoHandshakeSeries() {
        assertThat(scrape().lines().filter(l -> l.startsWith("ferrule_handshake")))
                .isNotEmpty()
                .noneMatch(l -> l.contains("leg=\"connect\""));
    }

    @Test
    void pausesConnectsAndTheLimitAreShown() {
        metrics.readingPaused(facts, Leg.CONNECT);
        metrics.acceptPaused("redis", "file descriptors");
        metrics.connected(facts, Duration.ofMillis(2));
        assertSeries("ferrule_reads_paused_total{leg=\"connect\",tunnel=\"redis\"} 1.0");
        assertSeries("ferrule_accepts_paused_total{tunnel=\"redis\"} 1.0");
        assertSeries("ferrule_connect_duration_seconds_count{tunnel=\"redis\"} 1");
        assertSeries("ferrule_connections_limit{tunnel=\"redis\"} 10000.0");
    }

    @Test
    void tunnelUnknownAtTheStartIsCountedToo() {
        metrics.opened(Samples.facts(2, "later"));
        assertSeries("ferrule_connections_open{tunnel=\"later\"} 1.0");
    }

    @Test
    void countingBytesAllocatesNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int calls = 100_000;
        receive(calls); // the adders grow their cells and the compiler settles
        long before = threads.getCurrentThreadAllocatedBytes();
        receive(calls);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes allocated by %d calls", calls)
                .isLessThan(calls);
    }

    @Test
    void meterAskedForWithOtherTagsIsRefused() {
        assertThatThrownBy(() -> Metric.TRAFFIC.counter(text.registry(), "redis"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRAFFIC");
    }

    private void receive(int calls) {
        for (int i = 0; i < calls; i++) {
            metrics.received(facts, (i & 1) == 0 ? Leg.ACCEPT : Leg.CONNECT, 1_000);
        }
    }

    private void assertSeries(String line) {
        assertThat(scrape().lines()).contains(line);
    }

    private String scrape() {
        return text.scrape(null).text();
    }
}
