package io.ferrule.tunnel;

import static java.util.Objects.requireNonNull;

import io.ferrule.config.Address;
import io.ferrule.config.Negotiation;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import io.ferrule.negotiate.Conversation;
import io.ferrule.negotiate.Party;
import io.ferrule.negotiate.Talk;
import io.ferrule.net.OriginalDestination;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What one connection says around TLS: its {@link Talk}, and the parties to it. On the connection's event loop. Only a tunnel that is
 * asked for a protocol has one.
 */
final class TunnelTalk implements Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelTalk.class);

    /** As many times as long as one of its waits may be, a part of a talk may be in all: else it never ends for whom it comes in drips. */
    private static final int MOST_WAITS = 4;

    private final TunnelParts parts;
    private final ConnectionFacts facts;
    private final Channel accepted;
    private final EventLoop loop;
    private final Consumer<ConnectionFailure> failed;
    private final Map<Leg, Party> parties = new EnumMap<>(Leg.class);

    private TunnelScripts.Script script;
    private @Nullable Future<?> deadline;
    private List<Address> targets = List.of();
    private boolean over;

    /**
     * For one connection.
     *
     * @param failed called at most once, if there is no going on
     */
    TunnelTalk(TunnelParts parts, ConnectionFacts facts, Channel accepted, Consumer<ConnectionFailure> failed) {
        this.parts = parts;
        this.script = parts.scripts().own();
        this.facts = facts;
        this.accepted = accepted;
        this.loop = accepted.eventLoop();
        this.failed = failed;
    }

    boolean targetFirst() {
        return parts.scripts().own().talk().targetFirst();
    }

    void beforeTls(Runnable next) {
        run(script.talk()::beforeTls, next);
    }

    void insideTls(Runnable next) {
        script = parts.scripts().inside(facts.tls(Leg.ACCEPT));
        run(script.talk()::insideTls, next);
    }

    void beforeRelay(Runnable next) {
        run(script.talk()::beforeRelay, next);
    }

    private void run(Function<Conversation, CompletionStage<?>> part, Runnable next) {
        facts.enter(ConnectionFacts.Stage.NEGOTIATING);
        Duration most = parts.config().timeouts().handshake().multipliedBy(MOST_WAITS);
        deadline = loop.schedule(() -> parties.values().forEach(Party::expire), most.toMillis(), TimeUnit.MILLISECONDS);
        begun(part).whenComplete((done, failure) -> {
            lift();
            if (over) {
                return;
            }
            try {
                if (failure == null) {
                    next.run();
                } else {
                    failed.accept(failure(failure));
                }
            } catch (RuntimeException defect) { // else nobody would hear of it, and the connection would stay for ever
                failed.accept(failure(defect));
            }
        });
    }

    private CompletionStage<?> begun(Function<Conversation, CompletionStage<?>> part) {
        try {
            return part.apply(this);
        } catch (RuntimeException defect) {
            return CompletableFuture.failedFuture(defect);
        }
    }

    private void lift() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private static ConnectionFailure failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ConnectionFailure failure) {
            return failure;
        }
        LOG.atError().setCause(cause).log("a defect ended a connection");
        return new ConnectionFailure(CloseReason.INTERNAL_ERROR, cause.toString());
    }

    /** The one to stand in a leg's channel from now on, for {@link #client} or {@link #target}. */
    Party party(Leg leg, boolean insideTls) {
        Party party = new Party(leg, insideTls, parts.config().timeouts().handshake(), this::note);
        parties.put(leg, party);
        return party;
    }

    Party party(Leg leg) {
        return requireNonNull(parties.get(leg));
    }

    /** All is said; what is still held goes to the handlers behind. */
    void leave() {
        parties.values().forEach(Party::leave);
    }

    /** The connection has ended. */
    void stop() {
        over = true;
        lift();
        parties.values().forEach(Party::stop);
    }

    /** Where the talk says that the connection goes; empty if it does not. */
    List<Address> targets() {
        return targets;
    }

    // ---- for the talk

    @Override
    public Negotiation asked() {
        return script.needed();
    }

    @Override
    public Party client() {
        return party(Leg.ACCEPT);
    }

    @Override
    public Party target() {
        return party(Leg.CONNECT);
    }

    @Override
    public void note(Level level, String text) {
        if (!over) {
            parts.environment().observer().noted(facts, level, text);
        }
    }

    @Override
    public void connectTo(List<Address> named) {
        targets = List.copyOf(named);
    }

    @Override
    public InetSocketAddress originalDestination() throws IOException {
        return OriginalDestination.of(accepted);
    }

    @Override
    public CompletionStage<List<InetAddress>> addresses(String host) {
        CompletableFuture<List<InetAddress>> onLoop = new CompletableFuture<>();
        parts.environment()
                .names()
                .resolve(host)
                .copy() // others may wait for it longer
                .orTimeout(parts.config().timeouts().handshake().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((found, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        onLoop.completeExceptionally(failure);
                    } else {
                        onLoop.complete(found);
                    }
                }));
        return onLoop;
    }

    /** Makes the talk of a connection; null if nobody has anything to say. */
    static @Nullable TunnelTalk of(
            TunnelParts parts, ConnectionFacts facts, Channel accepted, Consumer<ConnectionFailure> failed) {
        return parts.scripts().isSilent() ? null : new TunnelTalk(parts, facts, accepted, failed);
    }
}
