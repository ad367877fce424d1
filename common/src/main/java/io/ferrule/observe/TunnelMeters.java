package io.ferrule.observe;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One tunnel's meters, looked up once, so that counting is an addition. */
final class TunnelMeters {
    private final MeterRegistry registry;
    private final String tunnel;
    private final AtomicInteger open = new AtomicInteger();
    private volatile int limit;
    private final Counter opened;
    private final Counter clientToTarget;
    private final Counter targetToClient;
    private final Counter acceptReadsPaused;
    private final Counter connectReadsPaused;
    private final Counter acceptsPaused;
    private final Timer connect;
    private final Timer lifetime;
    private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
    private final Map<Leg, Timer> handshakeDurations = new ConcurrentHashMap<>();
    private final Map<Agreed, Counter> handshakes = new ConcurrentHashMap<>();

    /** What handshakes are counted by. */
    private record Agreed(Leg leg, String version, String group, boolean resumed) {}

    /** Registers all that any tunnel has, at zero: a rate over a counter that appears with its first event misses that event. */
    TunnelMeters(MeterRegistry registry, String tunnel) {
        this.registry = registry;
        this.tunnel = tunnel;
        Metric.CONNECTIONS_OPEN.gauge(registry, open::get, tunnel);
        Metric.CONNECTIONS_LIMIT.gauge(registry, () -> limit, tunnel);
        opened = Metric.CONNECTIONS_OPENED.counter(registry, tunnel);
        clientToTarget = Metric.TRAFFIC.counter(registry, tunnel, "client_to_target");
        targetToClient = Metric.TRAFFIC.counter(registry, tunnel, "target_to_client");
        acceptReadsPaused = Metric.READS_PAUSED.counter(registry, tunnel, Leg.ACCEPT.label());
        connectReadsPaused = Metric.READS_PAUSED.counter(registry, tunnel, Leg.CONNECT.label());
        acceptsPaused = Metric.ACCEPTS_PAUSED.counter(registry, tunnel);
        connect = Metric.CONNECT_DURATION.timer(registry, tunnel);
        lifetime = Metric.CONNECTION_LIFETIME.timer(registry, tunnel);
        for (CloseReason reason : CloseReason.values()) {
            closed.put(reason, Metric.CONNECTIONS_CLOSED.counter(registry, tunnel, reason.label()));
        }
    }

    /** How many connections may be open at once. */
    void limit(int connections) {
        limit = connections;
    }

    /** Removes every meter that has this tunnel's name. */
    void remove() {
        registry.getMeters().stream()
                .filter(meter -> tunnel.equals(meter.getId().getTag(MetricTag.TUNNEL.key())))
                .toList()
                .forEach(registry::remove);
    }

    /** Registers what a leg with TLS has besides, at zero. */
    void expectTls(Leg leg) {
        handshakeDuration(leg);
        for (HandshakeFailure failure : HandshakeFailure.values()) {
            failures(leg, failure);
        }
    }

    void opened() {
        open.incrementAndGet();
        opened.increment();
    }

    void closed(CloseReason reason, Duration lived) {
        open.decrementAndGet();
        lifetime.record(lived);
        Counter counter = closed.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    void received(Leg leg, int bytes) {
        (leg == Leg.ACCEPT ? clientToTarget : targetToClient).increment(bytes);
    }

    void readingPaused(Leg leg) {
        (leg == Leg.ACCEPT ? acceptReadsPaused : connectReadsPaused).increment();
    }

    void acceptPaused() {
        acceptsPaused.increment();
    }

    void connected(Duration took) {
        connect.record(took);
    }

    void secured(Leg leg, TlsSession session, Duration took) {
        handshakeDuration(leg).record(took);
        handshakes
                .computeIfAbsent(
                        new Agreed(leg, session.version(), session.group(), session.resumed()), this::handshakes)
                .increment();
    }

    private Timer handshakeDuration(Leg leg) {
        return handshakeDurations.computeIfAbsent(
                leg, each -> Metric.HANDSHAKE_DURATION.timer(registry, tunnel, each.label()));
    }

    private Counter handshakes(Agreed on) {
        return Metric.HANDSHAKES.counter(
                registry, tunnel, on.leg().label(), on.version(), on.group(), Boolean.toString(on.resumed()));
    }

    void handshakeFailed(Leg leg, HandshakeFailure failure) {
        failures(leg, failure).increment();
    }

    private Counter failures(Leg leg, HandshakeFailure failure) {
        return Metric.HANDSHAKE_FAILURES.counter(registry, tunnel, leg.label(), failure.label());
    }
}
