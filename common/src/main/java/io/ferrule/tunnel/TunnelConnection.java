package io.ferrule.tunnel;

import static java.util.Objects.requireNonNull;

import io.ferrule.config.SendProxy;
import io.ferrule.config.SocketSetting;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFacts.Stage;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.net.SocketOptionException;
import io.ferrule.net.SocketSettings;
import io.ferrule.relay.OutputShutdown;
import io.ferrule.relay.Relay;
import io.ferrule.tls.SecureStream;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection from accept to end: the order in time. Its stages run one after the other on one event loop; whatever goes
 * wrong in any of them comes to {@link #failed}, and the two legs are closed here and nowhere else.
 */
final class TunnelConnection implements Relay.Owner {
    private final TunnelParts parts;
    private final ConnectionObserver observer;
    private final ConnectionFacts facts;
    private final Channel acceptChannel;
    private final Relay relay;
    private final LegEnding ending;
    private final TakenPlaces places;
    private final @Nullable TunnelTalk talk; // mostly null
    private final StageLimit limit;
    private final LegHandshakes handshakes;
    private final ClientEntry entry;
    private final ClientGate gate;
    private final TargetDial dial;

    private @Nullable SecureStream acceptTls;
    private @Nullable SecureStream connectTls;
    private boolean ended;

    /**
     * On the event loop of {@code accepted}, before any of its bytes was read.
     *
     * @param parts in use; the connection ends that
     * @param rules the version of the rules that {@code parts} judge by, or an older one
     */
    TunnelConnection(TunnelParts parts, int rules, ConnectionFacts facts, Channel accepted) {
        this.parts = parts;
        this.facts = facts;
        this.acceptChannel = accepted;
        this.observer = parts.environment().observer();
        this.places = new TakenPlaces(parts.limits());
        this.relay = new Relay(facts, parts.config().timeouts(), observer, accepted.eventLoop(), this);
        this.ending = new LegEnding(parts.config().timeouts().reset());
        this.talk = TunnelTalk.of(parts, facts, accepted, this::failed);
        this.limit = new StageLimit(accepted.eventLoop(), this::failed);
        this.entry = new ClientEntry(parts, facts, accepted, places, limit, new Client());
        this.gate = new ClientGate(parts, facts, accepted, limit, this::failed);
        this.handshakes = new LegHandshakes(parts, rules, facts, limit, this::failed);
        this.dial = new TargetDial(parts, facts, accepted, talk, new Target());
    }

    ConnectionFacts facts() {
        return facts;
    }

    // ---- the stages, in order

    /** Accepted. */
    void begin() {
        observer.opened(facts);
        parts.registry().add(this);
        Optional<CloseReason> refusal = entry.admit();
        if (refusal.isPresent()) {
            cut(refusal.get());
            return;
        }
        acceptTls = assemble(acceptChannel, Leg.ACCEPT);
        entry.begin(acceptTls != null);
    }

    private final class Client implements ClientEntry.Owner {
        @Override
        public void entered() {
            clientKnown();
        }

        @Override
        public void cut(CloseReason reason) {
            TunnelConnection.this.cut(reason);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            TunnelConnection.this.failed(failure);
        }
    }

    private void clientKnown() {
        handshakes.spent(entry.took());
        observer.admitted(facts);
        equip(Leg.ACCEPT, acceptChannel, parts.config().sockets().accepted());
        gate.pass(this::clientPermitted);
    }

    private void clientPermitted() {
        observer.welcomed(facts);
        if (talk == null) {
            secureClient();
        } else if (isTargetFirst()) {
            connect();
        } else {
            talk.beforeTls(this::secureClient);
        }
    }

    private @Nullable SecureStream assemble(Channel channel, Leg leg) {
        if (talk == null) {
            return TunnelPipeline.assemble(channel, leg, parts.tls(), relay.handler(leg));
        }
        TunnelPipeline.assemble(channel, leg, talk, relay.handler(leg));
        return null; // TLS comes later
    }

    /** Whether plaintext is exchanged with the target before any TLS begins. */
    private boolean isTargetFirst() {
        return talk != null && (parts.tls().context(Leg.ACCEPT) == null || talk.targetFirst());
    }

    /** Sets what is asked of the socket, as far as the kernel lets it. */
    private void equip(Leg leg, Channel channel, List<SocketSetting> settings) {
        for (SocketSetting setting : settings) {
            try {
                SocketSettings.apply(channel, setting);
            } catch (SocketOptionException e) {
                observer.optionRefused(facts, leg, String.valueOf(e.getMessage()));
            }
        }
    }

    private void secureClient() {
        facts.enter(Stage.ACCEPT_HANDSHAKE);
        if (talk == null) {
            handshakes.run(Leg.ACCEPT, acceptChannel, acceptTls, true, () -> gate.passToService(this::connect));
            return;
        }
        acceptTls = TunnelPipeline.secure(acceptChannel, Leg.ACCEPT, parts.tls(), talk);
        boolean redirects = dial.channel() == null; // or it is that of those who are trusted
        Runnable next = isTargetFirst() ? this::relay : this::connect;
        handshakes.run(
                Leg.ACCEPT, acceptChannel, acceptTls, redirects, () -> gate.passToService(() -> talk.insideTls(next)));
    }

    private void connect() {
        if (!isTargetFirst()) {
            places.shookHands();
        }
        relay.keepTo(parts.timeouts(facts.tls(Leg.ACCEPT)));
        facts.enter(Stage.CONNECTING);
        dial.begin();
    }

    private final class Target implements TargetDial.Owner {
        @Override
        public void assemble(Channel channel) {
            SendProxy version = parts.config().connect().proxy();
            if (version != SendProxy.OFF) {
                TunnelPipeline.sendHeader(channel, entry.header(version));
            }
            connectTls = TunnelConnection.this.assemble(channel, Leg.CONNECT);
        }

        @Override
        public void connected(Channel channel) {
            TunnelConnection.this.connected(channel);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            TunnelConnection.this.failed(failure);
        }
    }

    private void connected(Channel channel) {
        equip(Leg.CONNECT, channel, parts.config().sockets().connected());
        if (!isTargetFirst()) {
            secureTarget();
        } else {
            requireNonNull(talk)
                    .beforeTls(parts.tls().context(Leg.ACCEPT) == null ? this::secureTarget : this::secureClient);
        }
    }

    private void secureTarget() {
        facts.enter(Stage.CONNECT_HANDSHAKE);
        if (talk != null && parts.tls().context(Leg.CONNECT) != null) {
            connectTls = TunnelPipeline.secure(target(), Leg.CONNECT, parts.tls(), talk);
            handshakes.run(Leg.CONNECT, target(), connectTls, false, () -> talk.insideTls(this::relay));
        } else {
            handshakes.run(Leg.CONNECT, target(), connectTls, false, this::relay);
        }
    }

    private void relay() {
        if (talk == null) {
            open();
        } else {
            talk.beforeRelay(() -> {
                talk.leave();
                open();
            });
        }
    }

    private void open() {
        places.shookHands();
        facts.enter(Stage.RELAYING);
        relay.open(outputShutdown(acceptChannel, acceptTls), outputShutdown(target(), connectTls));
    }

    private static OutputShutdown outputShutdown(Channel channel, @Nullable SecureStream tls) {
        return tls == null ? OutputShutdown.plain(channel) : tls::shutdownOutput;
    }

    // ---- the rules have changed

    /** Ends the connection if one of its peers is no longer trusted; true if so. Event loop only. */
    boolean judgeAnew() {
        return !ended && handshakes.judgeAnew();
    }

    // ---- the end

    @Override
    public void finished(Leg first) {
        end(new ConnectionFailure(CloseReason.closed(first), ""), Channel::close);
    }

    @Override
    public void failed(ConnectionFailure failure) {
        if (ended) {
            return;
        }
        HandshakeFailure why = failure.handshakeFailure();
        if (why != null) {
            Leg leg = failure.reason().origin() == CloseReason.Origin.CLIENT ? Leg.ACCEPT : Leg.CONNECT;
            facts.refused(failure.refusedChain());
            handshakes.refused(leg, why, leg == Leg.ACCEPT ? acceptTls : connectTls);
        }
        end(failure, channel -> {
            boolean culprit = failure.reason().origin()
                    == (channel == acceptChannel ? CloseReason.Origin.CLIENT : CloseReason.Origin.TARGET);
            ending.end(channel, failure.reason(), culprit);
        });
    }

    /** Ends the connection for a reason of ours, for instance because the process stops. Event loop only. */
    void cut(CloseReason reason) {
        failed(new ConnectionFailure(reason, ""));
    }

    /** Any thread. */
    void execute(Runnable onItsLoop) {
        acceptChannel.eventLoop().execute(onItsLoop);
    }

    private interface LegClose {
        void close(Channel channel);
    }

    private void end(ConnectionFailure how, LegClose close) {
        if (ended) {
            return;
        }
        ended = true;
        entry.stop();
        gate.stop();
        handshakes.stop();
        relay.stop();
        if (talk != null) {
            talk.stop();
        }
        limit.lift();
        places.shookHands();
        facts.enter(Stage.CLOSING);
        dial.stop();
        report(how);
        Channel target = dial.channel();
        if (target != null) {
            close.close(target);
        }
        close.close(acceptChannel);
        acceptChannel.closeFuture().addListener(accept -> {
            if (target == null) {
                closed();
            } else {
                target.closeFuture().addListener(connect -> closed());
            }
        });
    }

    /** At once: a peer may take a while to receive its last bytes, and whoever reads the log should not have to wait for it. */
    private void report(ConnectionFailure how) {
        String detail = String.valueOf(how.getMessage());
        observer.closed(new ConnectionRecord(
                facts,
                how.reason(),
                how.handshakeFailure(),
                detail.isEmpty() ? null : detail,
                since(facts.openedNanos())));
    }

    private void closed() {
        places.leave();
        parts.uses().end();
        parts.registry().remove(this);
    }

    private Channel target() {
        return requireNonNull(dial.channel());
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
