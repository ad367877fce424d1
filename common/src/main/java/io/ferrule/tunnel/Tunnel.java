package io.ferrule.tunnel;

import io.ferrule.admission.ConnectionLimits;
import io.ferrule.admission.InvitedClients;
import io.ferrule.backend.Backend;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Sessions;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.StatusChecks;
import io.ferrule.net.Acceptor;
import io.ferrule.net.LegOptions;
import io.ferrule.net.Listener;
import io.ferrule.tls.TicketKeys;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listener and the connections it accepted. It does not know which program it runs in: a server has TLS on its accept leg, a
 * client on its connect leg. Any thread may call it.
 */
public final class Tunnel {
    private final TunnelParts parts;
    private volatile @Nullable Listener listener;

    private Tunnel(TunnelParts parts) {
        this.parts = parts;
    }

    /**
     * Builds all that the tunnel's connections need; nothing listens yet.
     *
     * @throws OperatorException naming the tunnel and the setting that the TLS engine refuses
     */
    public static Tunnel create(TunnelMaterial material, TunnelEnvironment environment) throws OperatorException {
        TunnelConfig config = material.config();
        TunnelTls tls = TunnelTls.build(
                material, environment.clock(), environment.invited(), environment.statuses(), ticketKeys(material));
        Backend backend = new Backend(
                config.connect().target(),
                environment.transport(),
                LegOptions.of(config.limits(), config.timeouts()),
                config.timeouts().connect(),
                environment.names());
        return new Tunnel(new TunnelParts(
                config, environment, tls, backend, new ConnectionLimits(config.limits()), new ConnectionRegistry()));
    }

    /**
     * Finds out whether {@link #create} would succeed, and keeps nothing.
     *
     * @throws OperatorException as that would
     */
    public static void check(TunnelMaterial material, Clock clock) throws OperatorException {
        TunnelTls.build(material, clock, new InvitedClients(), StatusChecks.NONE, ticketKeys(material))
                .close();
    }

    private static TicketKeys ticketKeys(TunnelMaterial material) {
        AcceptTls tls = material.config().accept().tls();
        Sessions sessions = tls == null ? Sessions.DEFAULT : tls.settings().sessions();
        TicketKeys keys = TicketKeys.ofThisProcess(sessions.lifetime());
        keys.replace(material.ticketKeys());
        return keys;
    }

    public TunnelConfig config() {
        return parts.config();
    }

    /** What is known of the connections open now, in no order; a snapshot. */
    public Collection<ConnectionFacts> connections() {
        return parts.registry().facts();
    }

    /**
     * Listens, and takes connections from now on.
     *
     * @return the address bound; fails with an {@link OperatorException} if it cannot be
     */
    public CompletionStage<Address> start() {
        TunnelConfig config = parts.config();
        TunnelEnvironment environment = parts.environment();
        Acceptor acceptor = new Acceptor(
                LegOptions.of(config.limits(), config.timeouts()),
                new AcceptedChannels(this::accept),
                resource -> environment.observer().acceptPaused(config.name(), resource));
        return Listener.bind(
                        environment.transport(),
                        environment.loops(),
                        config.accept().listen(),
                        acceptor)
                .thenApply(bound -> {
                    listener = bound;
                    return bound.address();
                });
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

    private void accept(Channel channel) {
        SocketAddress client = channel.remoteAddress();
        if (client == null) { // gone again already
            channel.close();
            return;
        }
        ConnectionFacts facts = new ConnectionFacts(
                parts.environment().connectionNumbers().getAsLong(),
                parts.config().name(),
                client,
                parts.environment().clock().instant(),
                System.nanoTime());
        new TunnelConnection(parts, facts, channel).begin();
    }

    /** Sets up the connect leg as for a connection, whole, and ends it again. */
    public CompletionStage<ProbeOutcome> probe() {
        return new TargetProbe(parts).run(parts.environment().loops().next());
    }

    /** Stops listening; connections that are open go on. */
    public void stopAccepting() {
        Listener l = listener;
        if (l != null) {
            l.close();
        }
    }

    /**
     * Stops listening and lets the open connections finish; what is left at the limit is cut.
     *
     * @return how many were cut, once the last connection has ended
     */
    public CompletionStage<Integer> drain(Duration limit) {
        stopAccepting();
        CompletableFuture<Integer> drained = new CompletableFuture<>();
        AtomicInteger cut = new AtomicInteger();
        Runnable atLimit = () -> {
            List<TunnelConnection> left = parts.registry().connections();
            cut.set(left.size());
            left.forEach(c -> c.execute(() -> c.cut(CloseReason.STOPPED)));
        };
        var timer = parts.environment().loops().next().schedule(atLimit, limit.toMillis(), TimeUnit.MILLISECONDS);
        parts.registry().whenEmpty(() -> {
            timer.cancel(false);
            drained.complete(cut.get());
        });
        return drained;
    }

    /** Frees the tunnel's TLS once its last connection has ended. To be called when the tunnel no longer listens. */
    public void close() {
        stopAccepting();
        parts.tls().close();
    }
}
