package io.ferrule.tunnel;

import io.ferrule.config.DurationText;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import io.ferrule.net.Tcp;
import io.ferrule.tls.SecureStream;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The TLS handshakes of one connection: each bounded in time, told once to those who watch, and judged by the rules that hold when it
 * is done. On the connection's event loop.
 */
final class LegHandshakes {
    private final TunnelParts parts;
    private final ConnectionFacts facts;
    private final ConnectionObserver observer;
    private final StageLimit limit;
    private final int rules;
    private final Consumer<ConnectionFailure> failed;

    private Duration spent = Duration.ZERO;
    /** What is still to be told of a handshake that the server may not have accepted. */
    private @Nullable Runnable unproven;

    private boolean over;

    /**
     * Of one connection.
     *
     * @param rules the version of the rules that {@code parts} judge by, or an older one
     * @param failed told when one has failed, or when its peer is not trusted
     */
    LegHandshakes(
            TunnelParts parts, int rules, ConnectionFacts facts, StageLimit limit, Consumer<ConnectionFailure> failed) {
        this.parts = parts;
        this.rules = rules;
        this.facts = facts;
        this.observer = parts.environment().observer();
        this.limit = limit;
        this.failed = failed;
    }

    /** The client has used up a part of the time for its handshake. */
    void spent(Duration time) {
        spent = time;
    }

    /**
     * Runs {@code next} once the leg is secured, at once if it has no TLS. The channel is not read from then on.
     *
     * @param redirects whether a client that is not trusted still has another target than those who are
     */
    void run(Leg leg, Channel channel, @Nullable SecureStream tls, boolean redirects, Runnable next) {
        if (tls == null) {
            next.run();
            return;
        }
        observer.securing(facts, leg);
        long began = System.nanoTime();
        Duration most = parts.config().timeouts().handshake();
        limit.set(leg == Leg.ACCEPT ? most.minus(spent) : most, timedOut(leg, most));
        tls.handshake().addListener((Future<TlsSession> done) -> {
            limit.lift();
            if (over) {
                return;
            }
            if (!done.isSuccess()) {
                failed.accept(failure(leg, done.cause()));
                return;
            }
            TlsSession session = done.getNow();
            Verdict.Refused refused = session.redirected();
            if (refused != null && !redirects) {
                failed.accept(new ConnectionFailure(
                        CloseReason.handshakeFailed(leg), refused.failure(), refused.explanation()));
                return;
            }
            channel.config().setAutoRead(false); // until both legs are ready
            secured(leg, session, Duration.ofNanos(System.nanoTime() - began));
            if (leg == Leg.ACCEPT) {
                tellSecured();
                // The client's last flight may wait for an acknowledgement before the client's first request does.
                Tcp.acknowledge(channel);
            } else {
                awaitAcceptance(tls);
            }
            if (parts.rules().version() == rules || !judgeAnew(leg)) { // it was judged by what held when it began
                next.run();
            }
        });
    }

    private void secured(Leg leg, TlsSession session, Duration took) {
        facts.secured(leg, session);
        observer.negotiated(facts, leg, session);
        unproven = () -> observer.secured(facts, leg, session, took);
    }

    /** The relay does not wait for the target's proof that it has let us in: the target may wait for the relay. */
    private void awaitAcceptance(SecureStream tls) {
        tls.accepted().addListener(proof -> {
            if (proof.isSuccess()) {
                tellSecured();
                parts.backoff().accepted();
            }
        });
    }

    private void tellSecured() {
        Runnable telling = unproven;
        unproven = null;
        if (telling != null) {
            telling.run();
        }
    }

    /** Tells of the one that has failed, which is not told of as done any more. */
    void refused(Leg leg, HandshakeFailure why, @Nullable SecureStream tls) {
        unproven = null; // it counts once
        if (leg == Leg.ACCEPT && tls != null) {
            facts.chosenBeforeFailure(tls.chosen());
        }
        observer.handshakeFailed(facts, leg, why);
        if (leg == Leg.CONNECT && why == HandshakeFailure.REFUSED_BY_PEER) {
            parts.backoff().refused();
        }
    }

    /** Ends the connection if one of its peers is no longer trusted; true if so. */
    boolean judgeAnew() {
        return judgeAnew(Leg.ACCEPT) || judgeAnew(Leg.CONNECT);
    }

    private boolean judgeAnew(Leg leg) {
        TlsSession session = facts.tls(leg);
        if (session == null || !(parts.rules().verdict(leg, session) instanceof Verdict.Refused refused)) {
            return false;
        }
        failed.accept(new ConnectionFailure(CloseReason.PERMISSION_GONE, refused.explanation()));
        return true;
    }

    /** The connection has ended. */
    void stop() {
        over = true;
        tellSecured(); // the handshake was done, and no refusal came
    }

    private static ConnectionFailure timedOut(Leg leg, Duration limit) {
        return new ConnectionFailure(
                CloseReason.handshakeFailed(leg),
                HandshakeFailure.TIMEOUT,
                "the handshake was not finished after " + DurationText.of(limit)
                        + (leg == Leg.CONNECT ? "; does the target speak TLS on that port?" : ""));
    }

    private static ConnectionFailure failure(Leg leg, Throwable cause) {
        return cause instanceof ConnectionFailure failure
                ? failure
                : new ConnectionFailure(
                        CloseReason.handshakeFailed(leg),
                        HandshakeFailure.CLOSED,
                        "the connection ended in the handshake");
    }
}
