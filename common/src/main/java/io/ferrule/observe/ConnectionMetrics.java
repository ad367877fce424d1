package io.ferrule.observe;

import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what happens to connections. One instance serves all tunnels and all event loops; it takes no lock. */
public final class ConnectionMetrics implements ConnectionObserver {
    private final MeterRegistry registry;
    private final ConcurrentHashMap<String, TunnelMeters> tunnels = new ConcurrentHashMap<>();

    /** Registers the meters of these tunnels at once, so that every series exists before its first event. */
    public ConnectionMetrics(MeterRegistry registry, List<TunnelConfig> tunnels) {
        this.registry = registry;
        tunnels.forEach(this::expect);
    }

    /** Registers the meters that a tunnel of this config has, or has from now on. */
    public void expect(TunnelConfig tunnel) {
        TunnelMeters meters = of(tunnel.name());
        meters.limit(tunnel.limits().connections());
        if (tunnel.accept().tls() != null) {
            meters.expectTls(Leg.ACCEPT);
        }
        if (tunnel.connect().tls() != null) {
            meters.expectTls(Leg.CONNECT);
        }
    }

    /** Removes the meters of a tunnel that is gone, and so are its connections. */
    public void forget(String tunnel) {
        TunnelMeters meters = tunnels.remove(tunnel);
        if (meters != null) {
            meters.remove();
        }
    }

    @Override
    public void opened(ConnectionFacts facts) {
        of(facts.tunnel()).opened();
    }

    @Override
    public void secured(ConnectionFacts facts, Leg leg, TlsSession session, Duration took) {
        of(facts.tunnel()).secured(leg, session, took);
    }

    @Override
    public void handshakeFailed(ConnectionFacts facts, Leg leg, HandshakeFailure failure) {
        of(facts.tunnel()).handshakeFailed(leg, failure);
    }

    @Override
    public void connected(ConnectionFacts facts, Duration took) {
        of(facts.tunnel()).connected(took);
    }

    @Override
    public void received(ConnectionFacts facts, Leg leg, int bytes) {
        of(facts.tunnel()).received(leg, bytes);
    }

    @Override
    public void readingPaused(ConnectionFacts facts, Leg leg) {
        of(facts.tunnel()).readingPaused(leg);
    }

    @Override
    public void closed(ConnectionRecord record) {
        of(record.facts().tunnel()).closed(record.reason(), record.lifetime());
    }

    @Override
    public void acceptPaused(String tunnel, String resource) {
        of(tunnel).acceptPaused();
    }

    private TunnelMeters of(String tunnel) {
        TunnelMeters known = tunnels.get(tunnel); // the hot path: the name's hash is kept in the string itself
        return known != null ? known : tunnels.computeIfAbsent(tunnel, name -> new TunnelMeters(registry, name));
    }
}
