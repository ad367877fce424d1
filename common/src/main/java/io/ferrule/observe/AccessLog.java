package io.ferrule.observe;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import java.math.BigDecimal;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes one line a connection, at its close. Connections that were refused before they carried a byte come in floods, so
 * their lines are bounded a second and a reason, and what was left out is counted in a line of its own.
 */
public final class AccessLog implements ConnectionObserver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final int LINES_PER_SECOND = 10;

    /** The ends that a peer can bring about cheaply, or that all connections meet while a target is away. */
    private static final Set<CloseReason> COMES_IN_FLOODS = EnumSet.of(
            CloseReason.TOO_MANY_CONNECTIONS,
            CloseReason.TOO_MANY_FROM_SOURCE,
            CloseReason.TOO_MANY_HANDSHAKES,
            CloseReason.PROXY_HEADER_REFUSED,
            CloseReason.CLIENT_HANDSHAKE_FAILED,
            CloseReason.TARGET_HANDSHAKE_FAILED,
            CloseReason.CONNECT_FAILED,
            CloseReason.CONNECT_TIMEOUT,
            CloseReason.OUT_OF_MEMORY);

    private final LongSupplier nanoTime;
    private final Map<CloseReason, LineBudget> budgets = new EnumMap<>(CloseReason.class);
    private final LineBudget acceptPauses = new LineBudget(1);

    /**
     * Writes to the logger of this class.
     *
     * @param nanoTime {@link System#nanoTime}
     */
    public AccessLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        COMES_IN_FLOODS.forEach(reason -> budgets.put(reason, new LineBudget(LINES_PER_SECOND)));
    }

    @Override
    public void opened(ConnectionFacts facts) {
        tellLeftOut(second());
    }

    @Override
    public void closed(ConnectionRecord record) {
        long second = second();
        tellLeftOut(second);
        LineBudget budget = budgets.get(record.reason());
        if (budget == null || budget.take(second)) {
            write(record);
        }
    }

    @Override
    public void acceptPaused(String tunnel, String resource) {
        if (acceptPauses.take(second())) {
            LOG.atWarn()
                    .addKeyValue("tunnel", tunnel)
                    .addKeyValue("resource", resource)
                    .log("accepting paused for a moment: the process has run out of a resource");
        }
    }

    /** Tells what is still untold of lines left out. */
    @Override
    public void close() {
        tellLeftOut(Long.MAX_VALUE);
    }

    private long second() {
        return TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong());
    }

    private void tellLeftOut(long second) {
        for (Map.Entry<CloseReason, LineBudget> entry : budgets.entrySet()) {
            long count = entry.getValue().settle(second);
            if (count > 0) {
                LOG.atWarn()
                        .addKeyValue("reason", entry.getKey().label())
                        .addKeyValue("count", count)
                        .log("connections closed without a line of their own, to bound the log");
            }
        }
    }

    private static void write(ConnectionRecord record) {
        CloseReason reason = record.reason();
        ConnectionFacts facts = record.facts();
        LoggingEventBuilder line = LOG.atLevel(carriedNothing(record) ? Level.DEBUG : reason.level())
                .addKeyValue("reason", reason.label())
                .addKeyValue("tunnel", facts.tunnel())
                .addKeyValue("id", facts.id())
                .addKeyValue("client", Printable.address(facts.client()));
        SocketAddress balancer = facts.balancer();
        if (balancer != null) {
            line = line.addKeyValue("balancer", Printable.address(balancer));
        }
        SocketAddress target = facts.target();
        if (target != null) {
            line = line.addKeyValue("target", Printable.address(target));
        }
        line = line.addKeyValue("seconds", seconds(record.lifetime()))
                .addKeyValue("bytesFromClient", facts.bytesFromClient())
                .addKeyValue("bytesFromTarget", facts.bytesFromTarget());
        for (Leg leg : Leg.values()) {
            line = addTls(line, leg, facts.tls(leg));
        }
        if (record.handshakeFailure() != null) {
            line = line.addKeyValue(
                    "handshakeFailure", record.handshakeFailure().label());
        }
        if (record.detail() != null) { // last, because it may have more than one line
            line = line.addKeyValue("detail", Printable.block(record.detail()));
        }
        line.log("connection closed: " + reason.sentence());
    }

    /** Health checks of programs and balancers come every few seconds, for ever; they would drown the lines of the others. */
    private static boolean carriedNothing(ConnectionRecord record) {
        ConnectionFacts facts = record.facts();
        return record.reason() == CloseReason.CLIENT_CLOSED
                && facts.bytesFromClient() == 0
                && facts.bytesFromTarget() == 0;
    }

    private static LoggingEventBuilder addTls(LoggingEventBuilder line, Leg leg, @Nullable TlsSession session) {
        if (session == null) {
            return line;
        }
        String prefix = leg.label();
        LoggingEventBuilder more = line.addKeyValue(prefix + "Tls", session.version())
                .addKeyValue(prefix + "Cipher", session.cipher())
                .addKeyValue(prefix + "Group", session.group())
                .addKeyValue(prefix + "Resumed", session.resumed());
        String peer = session.peerSubject();
        return peer == null ? more : more.addKeyValue(prefix + "Peer", Printable.line(peer));
    }

    private static String seconds(Duration lifetime) {
        return BigDecimal.valueOf(lifetime.toMillis(), 3).toPlainString();
    }
}
