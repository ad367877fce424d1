package io.ferrule.tunnel;

import static java.util.Objects.requireNonNull;

import io.ferrule.backend.Backend;
import io.ferrule.backend.ConnectFailed;
import io.ferrule.config.DurationText;
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
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import io.ferrule.net.SocketOptionException;
import io.ferrule.net.SocketSettings;
import io.ferrule.net.Tcp;
import io.ferrule.proxyprotocol.AwaitedHeader;
import io.ferrule.proxyprotocol.OutgoingHeader;
import io.ferrule.proxyprotocol.ProxyHeader;
import io.ferrule.relay.OutputShutdown;
import io.ferrule.relay.Relay;
import io.ferrule.tls.SecureStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
    private final int rules;

    private ProxyHeader told = ProxyHeader.NOTHING;
    private Duration headerTook = Duration.ZERO; // of the time that the client's handshake has
    private @Nullable SecureStream acceptTls;
    private @Nullable SecureStream connectTls;
    private @Nullable Future<Channel> connecting;
    private @Nullable Channel connectChannel;
    private @Nullable Future<?> deadline;
    /** What is still to be told of a handshake that the server may not have accepted. */
    private @Nullable Runnable unproven;

    private boolean ended;

    /**
     * On the event loop of {@code accepted}, before any of its bytes was read.
     *
     * @param parts in use; the connection ends that
     * @param rules the version of the rules that {@code parts} judge by, or an older one
     */
    TunnelConnection(TunnelParts parts, int rules, ConnectionFacts facts, Channel accepted) {
        this.parts = parts;
        this.rules = rules;
        this.facts = facts;
        this.acceptChannel = accepted;
        this.observer = parts.environment().observer();
        this.places = new TakenPlaces(parts.limits());
        this.relay = new Relay(facts, parts.config().timeouts(), observer, accepted.eventLoop(), this);
        this.ending = new LegEnding(parts.config().timeouts().reset());
        this.talk = TunnelTalk.of(parts, facts, accepted.eventLoop(), this::failed);
    }

    ConnectionFacts facts() {
        return facts;
    }

    // ---- the stages, in order

    /** Accepted. */
    void begin() {
        observer.opened(facts);
        parts.registry().add(this);
        boolean hasHeader = parts.config().accept().proxy().isAwaitedFrom(facts.client());
        Optional<CloseReason> refusal = admit(hasHeader);
        if (refusal.isPresent()) {
            cut(refusal.get());
            return;
        }
        acceptTls = assemble(acceptChannel, Leg.ACCEPT);
        if (hasHeader) {
            awaitHeader();
        } else {
            clientKnown();
        }
    }

    /** A balancer in front says first whose connection it is. */
    private void awaitHeader() {
        facts.enter(Stage.PROXY_HEADER);
        Duration limit = parts.config().timeouts().handshake();
        limit(
                limit,
                new ConnectionFailure(
                        CloseReason.PROXY_HEADER_REFUSED, "it was not there after " + DurationText.of(limit)));
        TunnelPipeline.awaitHeader(acceptChannel, new AwaitedHeader.Stage() {
            @Override
            public void told(ProxyHeader header) {
                headerRead(header);
            }

            @Override
            public void failed(ConnectionFailure failure) {
                TunnelConnection.this.failed(failure);
            }
        });
    }

    private void headerRead(ProxyHeader header) {
        cancelDeadline();
        if (ended) {
            return;
        }
        headerTook = since(facts.openedNanos());
        acceptChannel.config().setAutoRead(acceptTls != null);
        if (header.source() != null) {
            told = header;
            facts.actsFor(header.source());
        }
        places.takeFrom(facts.client()).ifPresentOrElse(this::cut, this::clientKnown);
    }

    private void clientKnown() {
        observer.admitted(facts);
        equip(Leg.ACCEPT, acceptChannel, parts.config().sockets().accepted());
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

    /** Takes the places that the connection needs; the reason if one is not to be had. */
    private Optional<CloseReason> admit(boolean hasHeader) {
        // A balancer has many clients, and each of them is counted once it is known.
        Optional<CloseReason> refusal = hasHeader ? places.takeOfUnknown() : places.take(facts.client());
        boolean shakesHands = hasHeader || parts.tls().context(Leg.ACCEPT) != null;
        return refusal.isEmpty() && shakesHands ? places.takeHandshake() : refusal;
    }

    private void secureClient() {
        facts.enter(Stage.ACCEPT_HANDSHAKE);
        if (talk == null) {
            handshake(Leg.ACCEPT, acceptTls, this::connect);
            return;
        }
        acceptTls = TunnelPipeline.secure(acceptChannel, Leg.ACCEPT, parts.tls(), talk);
        handshake(Leg.ACCEPT, acceptTls, () -> talk.insideTls(isTargetFirst() ? this::relay : this::connect));
    }

    private void connect() {
        if (!isTargetFirst()) {
            places.shookHands();
        }
        relay.keepTo(parts.timeouts(facts.tls(Leg.ACCEPT)));
        facts.enter(Stage.CONNECTING);
        awaitTurn(System.nanoTime());
    }

    /** Goes on at once, unless the target has refused us lately. */
    private void awaitTurn(long began) {
        if (ended) {
            return;
        }
        Duration wait = parts.backoff().turn();
        Duration left = parts.timeouts(facts.tls(Leg.ACCEPT)).connect().minus(since(began));
        if (wait.isZero()) {
            dial();
        } else if (left.isNegative()) {
            failed(new ConnectionFailure(
                    CloseReason.CONNECT_TIMEOUT,
                    "the target has refused the connections before; they go to it one by one until it accepts one"));
        } else {
            long nanos = Math.min(wait.toNanos(), left.toNanos() + 1);
            acceptChannel.eventLoop().schedule(() -> awaitTurn(began), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void dial() {
        boolean shows = parts.config().sockets().showsClient();
        InetSocketAddress shown = shows && facts.client() instanceof InetSocketAddress client ? client : null;
        if (shows && shown == null) {
            failed(new ConnectionFailure(
                    CloseReason.CONNECT_FAILED, "the target is to see the client's address, and the client has none"));
            return;
        }
        long began = System.nanoTime();
        Future<Channel> attempt = backend()
                .connect(
                        acceptChannel.eventLoop(),
                        new ConnectLeg(),
                        new ObservedTries(observer, facts, shown),
                        parts.kept().last(facts.tls(Leg.ACCEPT)));
        connecting = attempt;
        attempt.addListener((Future<Channel> done) -> {
            if (ended) {
                if (done.isSuccess()) {
                    done.getNow().close();
                }
            } else if (done.isSuccess()) {
                connected(done.getNow(), began);
            } else {
                failed(connectFailure(done.cause()));
            }
        });
    }

    private Backend backend() {
        TlsSession client = facts.tls(Leg.ACCEPT);
        boolean redirected = client != null && client.redirected() != null; // wherever it wants to go
        return redirected || talk == null || talk.targets().isEmpty()
                ? parts.backend(client)
                : parts.backend(talk.targets());
    }

    private static ConnectionFailure connectFailure(Throwable cause) {
        boolean timedOut = cause instanceof ConnectFailed failed && failed.timedOut();
        return new ConnectionFailure(
                timedOut ? CloseReason.CONNECT_TIMEOUT : CloseReason.CONNECT_FAILED,
                String.valueOf(cause.getMessage()));
    }

    /** Equips the connection to the target before anything happens on it. */
    private final class ConnectLeg extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            connectChannel = channel;
            SendProxy version = parts.config().connect().proxy();
            if (version != SendProxy.OFF) {
                TunnelPipeline.sendHeader(channel, header(version));
            }
            connectTls = assemble(channel, Leg.CONNECT);
        }
    }

    private byte[] header(SendProxy version) {
        SocketAddress destination = told.destination();
        TlsSession session = facts.tls(Leg.ACCEPT);
        return OutgoingHeader.of(
                version,
                new ProxyHeader(facts.client(), destination != null ? destination : acceptChannel.localAddress()),
                session,
                session == null ? null : parts.material().onlyShown(session.service()));
    }

    private void connected(Channel channel, long began) {
        facts.connectedTo(channel.remoteAddress());
        parts.kept().keep(facts.tls(Leg.ACCEPT), channel.remoteAddress());
        facts.connectedFrom(channel.localAddress());
        observer.connected(facts, since(began));
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
            connectTls = TunnelPipeline.secure(requireNonNull(connectChannel), Leg.CONNECT, parts.tls(), talk);
            handshake(Leg.CONNECT, connectTls, () -> talk.insideTls(this::relay));
        } else {
            handshake(Leg.CONNECT, connectTls, this::relay);
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
        relay.open(
                outputShutdown(acceptChannel, acceptTls), outputShutdown(requireNonNull(connectChannel), connectTls));
    }

    private static OutputShutdown outputShutdown(Channel channel, @Nullable SecureStream tls) {
        return tls == null ? OutputShutdown.plain(channel) : tls::shutdownOutput;
    }

    /** Runs {@code next} once the leg is secured, at once if it has no TLS. */
    private void handshake(Leg leg, @Nullable SecureStream tls, Runnable next) {
        if (tls == null) {
            next.run();
            return;
        }
        observer.securing(facts, leg);
        long began = System.nanoTime();
        Duration limit = parts.config().timeouts().handshake();
        limit(leg == Leg.ACCEPT ? limit.minus(headerTook) : limit, handshakeTimedOut(leg, limit));
        tls.handshake().addListener((Future<TlsSession> done) -> {
            cancelDeadline();
            if (ended) {
                return;
            }
            if (!done.isSuccess()) {
                failed(handshakeFailure(leg, done.cause()));
                return;
            }
            Verdict.Refused redirected = done.getNow().redirected();
            if (redirected != null && connectChannel != null) { // to the target of those who are trusted
                failed(new ConnectionFailure(
                        CloseReason.handshakeFailed(leg), redirected.failure(), redirected.explanation()));
                return;
            }
            channel(leg).config().setAutoRead(false); // until both legs are ready
            facts.secured(leg, done.getNow());
            observer.negotiated(facts, leg, done.getNow());
            Duration took = since(began);
            unproven = () -> observer.secured(facts, leg, done.getNow(), took);
            if (leg == Leg.ACCEPT) {
                tellSecured();
                // The client's last flight may wait for an acknowledgement before the client's first request does.
                Tcp.acknowledge(acceptChannel);
            } else {
                awaitAcceptance(tls);
            }
            if (parts.rules().version() == rules || !judgeAnew(leg)) { // it was judged by what held when it began
                next.run();
            }
        });
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

    private void limit(Duration limit, ConnectionFailure failure) {
        deadline = acceptChannel
                .eventLoop()
                .schedule(() -> failed(failure), Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
    }

    private static ConnectionFailure handshakeTimedOut(Leg leg, Duration limit) {
        return new ConnectionFailure(
                CloseReason.handshakeFailed(leg),
                HandshakeFailure.TIMEOUT,
                "the handshake was not finished after " + DurationText.of(limit)
                        + (leg == Leg.CONNECT ? "; does the target speak TLS on that port?" : ""));
    }

    private static ConnectionFailure handshakeFailure(Leg leg, Throwable cause) {
        return cause instanceof ConnectionFailure failure
                ? failure
                : new ConnectionFailure(
                        CloseReason.handshakeFailed(leg),
                        HandshakeFailure.CLOSED,
                        "the connection ended in the handshake");
    }

    // ---- the rules have changed

    /** Ends the connection if one of its peers is no longer trusted; true if so. Event loop only. */
    boolean judgeAnew() {
        return !ended && (judgeAnew(Leg.ACCEPT) || judgeAnew(Leg.CONNECT));
    }

    private boolean judgeAnew(Leg leg) {
        TlsSession session = facts.tls(leg);
        if (session == null || !(parts.rules().verdict(leg, session) instanceof Verdict.Refused refused)) {
            return false;
        }
        failed(new ConnectionFailure(CloseReason.PERMISSION_GONE, refused.explanation()));
        return true;
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
            unproven = null; // it counts once
            facts.refused(failure.refusedChain());
            if (leg == Leg.ACCEPT && acceptTls != null) {
                facts.chosenBeforeFailure(acceptTls.chosen());
            }
            observer.handshakeFailed(facts, leg, why);
            if (leg == Leg.CONNECT && why == HandshakeFailure.REFUSED_BY_PEER) {
                parts.backoff().refused();
            }
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
        tellSecured(); // the handshake was done, and no refusal came
        relay.stop();
        if (talk != null) {
            talk.stop();
        }
        cancelDeadline();
        places.shookHands();
        facts.enter(Stage.CLOSING);
        Future<Channel> attempt = connecting;
        if (attempt != null) {
            attempt.cancel(false);
        }
        report(how);
        Channel target = connectChannel;
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

    private Channel channel(Leg leg) {
        return leg == Leg.ACCEPT ? acceptChannel : requireNonNull(connectChannel);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
