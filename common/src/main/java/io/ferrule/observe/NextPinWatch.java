package io.ferrule.observe;

import io.ferrule.config.ConnectTls;
import io.ferrule.config.Pin;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that a server shows a key that was announced as its next one: counted each time, logged once a day for each tunnel. */
public final class NextPinWatch implements ConnectionObserver {
    private static final Logger LOG = LoggerFactory.getLogger(NextPinWatch.class);
    private static final Duration PAUSE = Duration.ofDays(1);

    private final MeterRegistry registry;
    private final Clock clock;
    private final ConcurrentHashMap<String, Instant> told = new ConcurrentHashMap<>();
    private volatile Map<String, List<Pin>> next = Map.of();

    public NextPinWatch(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** From now on these tunnels and no others are watched. */
    public void watch(Collection<TunnelConfig> tunnels) {
        Map<String, List<Pin>> pins = new HashMap<>();
        for (TunnelConfig tunnel : tunnels) {
            ConnectTls tls = tunnel.connect().tls();
            if (tls != null
                    && tls.trust() instanceof ServerTrust.Pins known
                    && !known.next().isEmpty()) {
                pins.put(
                        tunnel.name(),
                        known.next().stream()
                                .filter(pin -> !known.pins().contains(pin))
                                .toList());
                Metric.NEXT_PIN_SEEN.counter(registry, tunnel.name()); // at zero
            }
        }
        next = Map.copyOf(pins);
    }

    @Override
    public void secured(ConnectionFacts facts, Leg leg, TlsSession session, Duration took) {
        List<Pin> expected = next.get(facts.tunnel());
        if (leg != Leg.CONNECT || expected == null || session.peerChain().isEmpty()) {
            return;
        }
        Pin shown = Pin.of(session.peerChain().get(0));
        if (expected.contains(shown)) {
            Metric.NEXT_PIN_SEEN.counter(registry, facts.tunnel()).increment();
            warn(facts.tunnel(), shown);
        }
    }

    private void warn(String tunnel, Pin shown) {
        Instant now = clock.instant();
        Instant latest =
                told.merge(tunnel, now, (before, next) -> before.plus(PAUSE).isAfter(next) ? before : next);
        if (latest.equals(now)) {
            LOG.atWarn()
                    .addKeyValue("tunnel", tunnel)
                    .addKeyValue("pin", shown)
                    .log("the server shows its next key: replace pin by this one and remove next-pin, or ask for a new"
                            + " invitation, before the key changes again");
        }
    }
}
