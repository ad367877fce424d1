package io.ferrule.tunnel;

import io.ferrule.admission.InvitedClients;
import io.ferrule.backend.NameResolver;
import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.Limits;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.StatusChecks;
import io.ferrule.connection.TlsSession;
import io.ferrule.net.Transport;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Tunnels in this process on free ports, with what their observer heard. */
final class TunnelRig implements AutoCloseable {
    final Tunnels tunnels;
    final BlockingQueue<ConnectionRecord> ended = new LinkedBlockingQueue<>();
    /** Handshakes in the order told, such as {@code connect secured} or {@code accept revoked}. */
    final List<String> handshakes = new CopyOnWriteArrayList<>();

    private final EventLoopGroup loops;
    private final NameResolver names;

    TunnelRig() {
        this(StatusChecks.NONE);
    }

    TunnelRig(StatusChecks statuses) {
        this(statuses, new ConnectionObserver() {});
    }

    /** One more hears of the connections. */
    TunnelRig(StatusChecks statuses, ConnectionObserver observer) {
        this(Transport.NIO, statuses, observer);
    }

    /** The same, and the connections' sockets are of this kind. */
    TunnelRig(Transport transport, StatusChecks statuses, ConnectionObserver observer) {
        this(transport, statuses, observer, new NameResolver());
    }

    /** The same, and names are looked up by this, which the rig closes. */
    TunnelRig(Transport transport, StatusChecks statuses, ConnectionObserver observer, NameResolver names) {
        this.names = names;
        loops = transport.newEventLoops(2);
        tunnels = new Tunnels(
                new TunnelEnvironment(
                        transport,
                        loops,
                        names,
                        ConnectionObserver.all(List.of(new Heard(), observer)),
                        Clock.systemUTC(),
                        new InvitedClients(),
                        statuses,
                        new AtomicLong()::incrementAndGet),
                removed -> {});
    }

    private final class Heard implements ConnectionObserver {
        @Override
        public void secured(ConnectionFacts facts, Leg leg, TlsSession session, Duration took) {
            handshakes.add(leg.label() + " secured");
        }

        @Override
        public void handshakeFailed(ConnectionFacts facts, Leg leg, HandshakeFailure failure) {
            handshakes.add(leg.label() + ' ' + failure.label());
        }

        @Override
        public void closed(ConnectionRecord record) {
            ended.add(record);
        }
    }

    /** A tunnel's config with TLS towards its clients. */
    static TunnelConfig server(String name, AcceptTls tls, Address target) {
        return new TunnelConfig(
                name,
                new AcceptLeg(new Address.Tcp("127.0.0.1", 0), tls),
                new ConnectLeg(target, null),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }

    /** A tunnel's config with TLS towards its target. */
    static TunnelConfig client(String name, ConnectTls tls, int port) {
        return new TunnelConfig(
                name,
                new AcceptLeg(new Address.Tcp("127.0.0.1", 0), null),
                new ConnectLeg(at(port), tls),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }

    static Address at(int port) {
        return new Address.Tcp("127.0.0.1", port);
    }

    /** From now on it has these tunnels, and no others. */
    void run(TunnelConfig... configs) throws OperatorException {
        tunnels.prepare(TunnelMaterial.load(List.of(configs))).commit(Duration.ZERO);
    }

    Tunnel tunnel(String name) {
        return tunnels.find(name).orElseThrow();
    }

    /** Where a tunnel listens. */
    int port(String name) {
        return ((Address.Tcp) tunnel(name).listening()).port();
    }

    /** The record of the connection that ends next. */
    ConnectionRecord next() throws InterruptedException {
        return Optional.ofNullable(ended.poll(20, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no connection ended"));
    }

    @Override
    public void close() {
        tunnels.drain(Duration.ZERO).toCompletableFuture().join();
        tunnels.close();
        names.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
