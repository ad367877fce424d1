package io.ferrule.tunnel;

import io.ferrule.backend.Backend;
import io.ferrule.backend.ConnectFailed;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.net.OriginalDestination;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How one connection gets to its target: it awaits its turn, and dials. On the connection's event loop. */
final class TargetDial {
    /** Whom it is done for. */
    interface Owner {
        /** Puts the handlers on a channel that is about to connect. */
        void assemble(Channel channel);

        /** The last one of {@link #assemble} is connected. */
        void connected(Channel channel);

        /** There is no target to be had. */
        void failed(ConnectionFailure failure);
    }

    private final TunnelParts parts;
    private final ConnectionFacts facts;
    private final ConnectionObserver observer;
    private final Channel accepted;
    private final EventLoop loop;
    private final @Nullable TunnelTalk talk;
    private final Owner owner;

    private @Nullable Future<Channel> attempt;
    private @Nullable Channel channel;
    private boolean over;

    /** Nothing is done yet. */
    TargetDial(TunnelParts parts, ConnectionFacts facts, Channel accepted, @Nullable TunnelTalk talk, Owner owner) {
        this.parts = parts;
        this.facts = facts;
        this.observer = parts.environment().observer();
        this.accepted = accepted;
        this.loop = accepted.eventLoop();
        this.talk = talk;
        this.owner = owner;
    }

    /** At once, unless the target has refused us lately. Only once. */
    void begin() {
        awaitTurn(System.nanoTime());
    }

    /** The connection has ended: nothing comes of it any more. */
    void stop() {
        over = true;
        if (attempt != null) {
            attempt.cancel(false);
        }
    }

    /** The target's, from {@link Owner#assemble} on; whoever ends the connection closes it. */
    @Nullable
    Channel channel() {
        return channel;
    }

    private void awaitTurn(long began) {
        if (over) {
            return;
        }
        Duration wait = parts.backoff().turn();
        Duration left = parts.timeouts(facts.tls(Leg.ACCEPT)).connect().minus(since(began));
        if (wait.isZero()) {
            dial();
        } else if (left.isNegative()) {
            owner.failed(new ConnectionFailure(
                    CloseReason.CONNECT_TIMEOUT,
                    "the target has refused the connections before; they go to it one by one until it accepts one"));
        } else {
            long nanos = Math.min(wait.toNanos(), left.toNanos() + 1);
            loop.schedule(() -> awaitTurn(began), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void dial() {
        boolean shows = parts.config().sockets().showsClient();
        InetSocketAddress shown = shows && facts.client() instanceof InetSocketAddress client ? client : null;
        if (shows && shown == null) {
            owner.failed(new ConnectionFailure(
                    CloseReason.CONNECT_FAILED, "the target is to see the client's address, and the client has none"));
            return;
        }
        Backend backend;
        try {
            backend = backend();
        } catch (IOException nobodyKnows) {
            String why = String.valueOf(nobodyKnows.getMessage());
            observer.noDestination(facts, why);
            owner.failed(new ConnectionFailure(CloseReason.CONNECT_FAILED, why));
            return;
        }
        long began = System.nanoTime();
        Future<Channel> started = backend.connect(
                loop,
                new ConnectLeg(),
                new ObservedTries(observer, facts, shown),
                parts.kept().last(facts.tls(Leg.ACCEPT)));
        attempt = started;
        started.addListener((Future<Channel> done) -> {
            if (over) {
                if (done.isSuccess()) {
                    done.getNow().close();
                }
            } else if (done.isSuccess()) {
                connected(done.getNow(), since(began));
            } else {
                owner.failed(failure(done.cause()));
            }
        });
    }

    private Backend backend() throws IOException {
        TlsSession client = facts.tls(Leg.ACCEPT);
        boolean redirected = client != null && client.redirected() != null; // wherever it wants to go
        if (!redirected && talk != null && !talk.targets().isEmpty()) {
            return parts.backend(talk.targets());
        }
        Backend backend = parts.backend(client);
        return backend.targets().areOriginal() ? backend.to(OriginalDestination.of(accepted)) : backend;
    }

    private void connected(Channel target, Duration took) {
        facts.connectedTo(target.remoteAddress());
        parts.kept().keep(facts.tls(Leg.ACCEPT), target.remoteAddress());
        facts.connectedFrom(target.localAddress());
        observer.connected(facts, took);
        owner.connected(target);
    }

    private static ConnectionFailure failure(Throwable cause) {
        boolean timedOut = cause instanceof ConnectFailed failed && failed.timedOut();
        return new ConnectionFailure(
                timedOut ? CloseReason.CONNECT_TIMEOUT : CloseReason.CONNECT_FAILED,
                String.valueOf(cause.getMessage()));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** Equips the connection to the target before anything happens on it. */
    private final class ConnectLeg extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel connecting) {
            channel = connecting;
            owner.assemble(connecting);
        }
    }
}
