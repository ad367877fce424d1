package io.ferrule.clients;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the {@link ClientStore} when an invited client's handshake succeeded, at most once a minute each. The event loops
 * only look at a map; writing is another thread's, and a disk that cannot be written to costs nothing but the note.
 */
public final class LastSeen implements ConnectionObserver {
    private static final Logger LOG = LoggerFactory.getLogger(LastSeen.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final InvitedClients invited;
    private final ClientStore store;
    private final Clock clock;
    private final Executor writer;
    private final ConcurrentHashMap<Pin, Instant> noted = new ConcurrentHashMap<>(); // at most one entry a client
    private final AtomicBoolean failed = new AtomicBoolean();

    /** Writes with {@code writer}, which has a thread of its own. */
    public LastSeen(InvitedClients invited, ClientStore store, Clock clock, Executor writer) {
        this.invited = invited;
        this.store = store;
        this.clock = clock;
        this.writer = writer;
    }

    @Override
    public void secured(ConnectionFacts facts, Leg leg, TlsSession session, Duration took) {
        if (leg == Leg.ACCEPT && !session.peerChain().isEmpty() && session.redirected() == null) {
            Pin pin = Pin.of(session.peerChain().get(0));
            invited.find(pin)
                    .filter(client -> client.tunnel().equals(facts.tunnel()))
                    .ifPresent(client -> seen(pin, client.name()));
        }
    }

    private void seen(Pin pin, String name) {
        Instant now = clock.instant();
        Instant before = noted.get(pin);
        if (before != null && before.plus(PAUSE).isAfter(now)) {
            return;
        }
        noted.keySet().removeIf(other -> invited.find(other).isEmpty());
        noted.put(pin, now);
        try {
            writer.execute(() -> write(name, now));
        } catch (RejectedExecutionException stopping) {
            LOG.atDebug().addKeyValue("client", name).log("not noted as seen: the process stops");
        }
    }

    private void write(String name, Instant now) {
        try {
            store.seen(name, now);
        } catch (OperatorException e) {
            if (failed.compareAndSet(false, true)) { // a read-only state directory stays one
                LOG.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .log("when clients were last seen cannot be noted; \"proxy-server clients\" will not know it");
            }
        }
    }
}
