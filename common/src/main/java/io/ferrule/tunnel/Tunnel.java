package io.ferrule.tunnel;

import io.ferrule.admission.ConnectionLimits;
import io.ferrule.admission.InvitedClients;
import io.ferrule.config.AcceptLeg;
import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.StatusChecks;
import io.ferrule.net.Acceptor;
import io.ferrule.net.LegOptions;
import io.ferrule.net.Listener;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.OcspListener;
import io.ferrule.pki.OwnStaples;
import io.ferrule.tls.TlsContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections that come in at one place, and what is done with them. It does not know which program it runs in: a server
 * has TLS on its accept leg, a client on its connect leg. {@link Tunnels} makes, changes and ends it. Any thread may call it.
 */
public final class Tunnel {
    private volatile TunnelParts current;
    private volatile @Nullable Listener listener;
    private @Nullable OwnStaples staples; // guarded by this

    private Tunnel(TunnelParts parts) {
        this.current = parts;
        parts.rules().replace(parts.tls());
    }

    /**
     * Builds all that the tunnel's connections need; nothing comes in yet.
     *
     * @throws OperatorException naming the tunnel and the setting that the TLS engine refuses
     */
    static Tunnel create(TunnelMaterial material, TunnelEnvironment environment) throws OperatorException {
        TunnelParts.Lasting lasting = new TunnelParts.Lasting(
                new ConnectionLimits(material.config().limits()),
                new ConnectionRegistry(),
                new CurrentRules(),
                TunnelParts.Lasting.ticketKeys(material));
        return new Tunnel(TunnelParts.build(material, environment, lasting));
    }

    /**
     * Finds out whether a tunnel of this material could be made, and keeps nothing.
     *
     * @throws OperatorException naming the tunnel and the setting that the TLS engine refuses
     */
    public static void check(TunnelMaterial material, Clock clock) throws OperatorException {
        TunnelTls.build(
                        material,
                        clock,
                        new InvitedClients(),
                        StatusChecks.NONE,
                        TunnelParts.Lasting.ticketKeys(material))
                .close();
    }

    /**
     * Says what {@link #create} would make, in plain words, and keeps nothing. A certificate that is yet to be made is taken for
     * granted.
     *
     * @param invited who is invited now
     * @param stranger a key that nobody knows, to see what becomes of it
     * @throws OperatorException as {@link #create}
     */
    public static Explanation explain(
            TunnelMaterial material, Clock clock, InvitedClients invited, KeyMaterial stranger)
            throws OperatorException {
        TunnelMaterial whole = material.lacksCertificate() ? material.withAccept(List.of(stranger)) : material;
        try (TunnelTls tls =
                TunnelTls.build(whole, clock, invited, StatusChecks.NONE, TunnelParts.Lasting.ticketKeys(whole))) {
            return new Explainer(material, tls, material.config().accept().listen(), stranger).explain();
        }
    }

    /** Says what this tunnel does now, in plain words; see {@link #explain(TunnelMaterial, Clock, InvitedClients, KeyMaterial)}. */
    public Explanation explain(KeyMaterial stranger) {
        Listener bound = listener;
        Address listen = bound == null ? config().accept().listen() : bound.address();
        TunnelParts parts = current;
        return new Explainer(parts.material(), parts.tls(), listen, stranger).explain();
    }

    /** The config that new connections go by. */
    public TunnelConfig config() {
        return current.config();
    }

    /** What was read for it. */
    public TunnelMaterial material() {
        return current.material();
    }

    /** Where it listens, or listened last; a port that was given as 0 is the one that was chosen. What is no place is as configured. */
    public Address listening() {
        Listener bound = listener;
        return bound == null ? config().accept().listen() : bound.address();
    }

    /**
     * Makes one connection whose client is what {@link AcceptLeg#listen} says, which is no place to listen at but a program to start
     * or the standard input and output of this process.
     *
     * @return done when nothing is left of the connection; fails if that client cannot be had
     */
    public CompletionStage<Void> call() {
        return new OwnCall(current, this::accept).begin();
    }

    /** What is known of the connections open now, in no order; a snapshot. */
    public Collection<ConnectionFacts> connections() {
        return current.registry().facts();
    }

    /** Sets up the connect leg as for a connection, whole, to each target that there is, and ends it again. */
    public CompletionStage<ProbeOutcome> probe() {
        TunnelParts parts = use();
        if (parts == null) {
            return CompletableFuture.completedFuture(new ProbeOutcome(false, "the tunnel has ended"));
        }
        List<CompletableFuture<ProbeOutcome>> probes = new ArrayList<>();
        parts.targets()
                .forEach((target, backend) -> probes.add(
                        backend.targets().isProgram()
                                ? CompletableFuture.completedFuture(
                                        new ProbeOutcome(true, target + " is started for each connection"))
                                : new TargetProbe(parts, target, backend)
                                        .run(parts.environment().loops().next())
                                        .toCompletableFuture()));
        return CompletableFuture.allOf(probes.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> ProbeOutcome.together(
                        probes.stream().map(CompletableFuture::join).toList()))
                .whenComplete((outcome, defect) -> parts.uses().end());
    }

    // ---- for Tunnels

    /**
     * Builds what another config or other files ask for; nothing changes yet.
     *
     * @throws OperatorException as {@link #create} does
     */
    TunnelParts build(TunnelMaterial material) throws OperatorException {
        return TunnelParts.build(material, current.environment(), current.lasting());
    }

    /** New connections have these parts from now on. Those that are open keep theirs: see {@link #judgeAnew}. */
    void replace(TunnelParts next) {
        TunnelParts before = current;
        current = next;
        next.limits().change(next.config().limits());
        next.lasting().tickets().replace(next.material().ticketKeys());
        next.rules().replace(next.tls()); // after the parts: see accept
        beginStapling();
        before.uses().end();
    }

    /** Keeps the status of what is shown to clients stapled to it, from now on. Once, and with each change of the parts. */
    synchronized void beginStapling() {
        TunnelParts parts = current;
        TlsContext accept = parts.tls().certificates();
        OwnStaples before = staples;
        staples = accept == null
                ? null
                : TunnelStaples.start(
                        parts.material(), before, parts.environment().clock(), OcspListener.NONE, accept::staple);
        end(before);
    }

    private static void end(@Nullable OwnStaples stapling) {
        if (stapling != null) {
            stapling.close();
        }
    }

    /** Takes what comes in at this listener, from now on. */
    void listenAt(Listener place) {
        TunnelParts parts = current;
        listener = place;
        place.accept(acceptor(parts));
    }

    /** What is to be done with what comes in at a listener. */
    Acceptor acceptor() {
        return acceptor(current);
    }

    private Acceptor acceptor(TunnelParts parts) {
        TunnelConfig config = parts.config();
        return new Acceptor(
                LegOptions.of(config.limits(), config.timeouts()),
                new AcceptedChannels(channel -> accept(channel, channel.remoteAddress())),
                resource -> parts.environment().observer().acceptPaused(config.name(), resource));
    }

    @ChannelHandler.Sharable
    private static final class AcceptedChannels extends ChannelInitializer<Channel> {
        private final Consumer<Channel> accept;

        AcceptedChannels(Consumer<Channel> accept) {
            this.accept = accept;
        }

        @Override
        protected void initChannel(Channel channel) {
            accept.accept(channel);
        }
    }

    private void accept(Channel channel, @Nullable SocketAddress client) {
        // Read before the parts: a connection with old parts and a new version would never be judged by the new rules.
        int rules = current.rules().version();
        TunnelParts parts = client == null ? null : use();
        if (client == null || parts == null) { // gone again already; or removed while this one was on its way
            channel.close();
            return;
        }
        ConnectionFacts facts = new ConnectionFacts(
                parts.environment().connectionNumbers().getAsLong(),
                parts.config().name(),
                client,
                parts.environment().clock().instant(),
                System.nanoTime());
        new TunnelConnection(parts, rules, facts, channel).begin();
    }

    /** The parts of now, in use until {@link Uses#end}; null if the tunnel has ended. */
    @SuppressWarnings("ReferenceEquality") // the very parts
    private @Nullable TunnelParts use() {
        while (true) {
            TunnelParts parts = current;
            if (parts.uses().begin()) {
                return parts;
            }
            if (parts == current) {
                return null;
            }
        }
    }

    /**
     * Judges the peers of all open connections by the rules of now, and ends those that are no longer trusted.
     *
     * @return how many have been ended, once all are judged
     */
    CompletionStage<Integer> judgeAnew() {
        current.rules().changed();
        List<CompletableFuture<Boolean>> ends = current.registry().connections().stream()
                .map(connection -> {
                    CompletableFuture<Boolean> end = new CompletableFuture<>();
                    connection.execute(() -> end.complete(connection.judgeAnew()));
                    return end;
                })
                .toList();
        return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
                .thenApply(all ->
                        (int) ends.stream().filter(CompletableFuture::join).count());
    }

    /**
     * Lets the open connections finish; what is left at the limit is cut. To be called when nothing comes in any more.
     *
     * @return how many were cut, once the last connection has ended
     */
    CompletionStage<Integer> drain(Duration limit) {
        ConnectionRegistry registry = current.registry();
        CompletableFuture<Integer> drained = new CompletableFuture<>();
        AtomicInteger cut = new AtomicInteger();
        Runnable atLimit = () -> {
            List<TunnelConnection> left = registry.connections();
            cut.set(left.size());
            left.forEach(c -> c.execute(() -> c.cut(CloseReason.STOPPED)));
        };
        var timer = current.environment().loops().next().schedule(atLimit, limit.toMillis(), TimeUnit.MILLISECONDS);
        registry.whenEmpty(() -> {
            timer.cancel(false);
            drained.complete(cut.get());
        });
        return drained;
    }

    /** Frees the tunnel's TLS once its last connection has ended. Once, and when nothing comes in any more. */
    synchronized void close() {
        end(staples);
        current.uses().end();
    }
}
