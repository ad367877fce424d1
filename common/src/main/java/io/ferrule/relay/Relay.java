package io.ferrule.relay;

import io.ferrule.config.DurationText;
import io.ferrule.config.Timeouts;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection, both ways, between two channels of one event loop. Each direction ends by itself; what ends
 * abnormally on one leg is told to the owner, never turned into a clean end on the other. It closes nothing.
 */
public final class Relay {
    private final ConnectionFacts facts;
    private Timeouts timeouts;
    private final ConnectionObserver observer;
    private final Owner owner;
    private final EventLoop loop;
    private final RelayHandler accept = new RelayHandler(this, Leg.ACCEPT);
    private final RelayHandler connect = new RelayHandler(this, Leg.CONNECT);
    private final Silence silence;

    private @Nullable OutputShutdown acceptShutdown;
    private @Nullable OutputShutdown connectShutdown;
    private @Nullable Leg firstEnded;
    private boolean open;
    private boolean over;

    /** The one place that closes. Exactly one of the two is called, once, on the event loop. */
    public interface Owner {
        /** Both directions ended cleanly; {@code first} ended first. */
        void finished(Leg first);

        /** The connection cannot go on. */
        void failed(ConnectionFailure failure);
    }

    public Relay(ConnectionFacts facts, Timeouts timeouts, ConnectionObserver observer, EventLoop loop, Owner owner) {
        this.facts = facts;
        this.timeouts = timeouts;
        this.observer = observer;
        this.loop = loop;
        this.owner = owner;
        this.silence = new Silence(loop, this::pendingBytes);
    }

    /** The handler to stand last on a leg's channel, from the channel's beginning. */
    public RelayHandler handler(Leg leg) {
        return leg == Leg.ACCEPT ? accept : connect;
    }

    /** Goes by others; to be called before it is open. */
    public void keepTo(Timeouts others) {
        timeouts = others;
    }

    /** Both legs are ready: bytes flow from now on, those that came early first. */
    public void open(OutputShutdown towardsClient, OutputShutdown towardsTarget) {
        acceptShutdown = towardsClient;
        connectShutdown = towardsTarget;
        open = true;
        if (!timeouts.idle().isZero()) {
            silence.limit(
                    timeouts.idle(),
                    () -> failed(new ConnectionFailure(
                            CloseReason.IDLE_TIMEOUT, "silent for " + DurationText.of(timeouts.idle()))));
        }
        for (Leg leg : Leg.values()) {
            if (!over) {
                handler(leg).forwardEarly();
            }
        }
        for (Leg leg : Leg.values()) {
            if (!over && handler(leg).inputEnded()) {
                propagateEnd(leg);
            }
        }
        for (Leg leg : Leg.values()) {
            if (!over && present(other(leg).channel()).isWritable()) {
                handler(leg).read(true);
            }
        }
    }

    /** Nothing is relayed any more, whatever still arrives. */
    public void stop() {
        over = true;
        silence.stop();
    }

    boolean isOpen() {
        return open && !over;
    }

    boolean over() {
        return over;
    }

    RelayHandler other(Leg leg) {
        return leg == Leg.ACCEPT ? connect : accept;
    }

    void received(Leg leg, int bytes) {
        silence.broken();
        facts.received(leg, bytes);
        observer.received(facts, leg, bytes);
    }

    void readingPaused(Leg leg) {
        observer.readingPaused(facts, leg);
    }

    /** {@code leg} can be written again, so the other one is read again. */
    void readAgain(Leg leg) {
        if (isOpen()) {
            other(leg).read(true);
        }
    }

    void inputEnded(Leg leg) {
        if (firstEnded == null) {
            firstEnded = leg;
        }
        if (isOpen()) {
            propagateEnd(leg);
        }
    }

    private void propagateEnd(Leg leg) {
        observer.finished(facts, leg);
        other(leg).endOutput(present(leg == Leg.ACCEPT ? connectShutdown : acceptShutdown));
        if (!over && !timeouts.halfClose().isZero()) {
            silence.limit(
                    timeouts.halfClose(),
                    () -> failed(new ConnectionFailure(
                            CloseReason.HALF_CLOSE_TIMEOUT,
                            "half-closed and silent for " + DurationText.of(timeouts.halfClose()))));
        }
    }

    void outputEnded() {
        if (!over && accept.inputEnded() && connect.inputEnded() && accept.outputEnded() && connect.outputEnded()) {
            stop();
            owner.finished(present(firstEnded));
        }
    }

    /** Nothing more can be written to {@code leg}, but its peer may have said something before it broke off. */
    void writeFailed(Leg leg, ConnectionFailure failure) {
        if (!isOpen()) {
            failed(failure);
            return;
        }
        other(leg).read(false);
        if (present(other(leg).channel()).isWritable()) {
            handler(leg).read(true);
        }
        var unused = loop.schedule(() -> failed(failure), timeouts.reset().toMillis(), TimeUnit.MILLISECONDS);
    }

    void failed(ConnectionFailure failure) {
        if (!over) {
            stop();
            owner.failed(failure);
        }
    }

    /** The channel of {@code leg} is gone. */
    void vanished(Leg leg) {
        RelayHandler handler = handler(leg);
        if (!(handler.inputEnded() && handler.outputEnded())) {
            failed(new ConnectionFailure(CloseReason.reset(leg), "the connection ended"));
        }
    }

    private long pendingBytes() {
        return pendingBytes(accept.channel()) + pendingBytes(connect.channel());
    }

    private static long pendingBytes(@Nullable Channel channel) {
        return channel == null ? 0 : channel.bytesBeforeWritable() - channel.bytesBeforeUnwritable();
    }

    /** What the stage of the connection guarantees to be there. */
    static <T> T present(@Nullable T value) {
        return java.util.Objects.requireNonNull(value);
    }
}
