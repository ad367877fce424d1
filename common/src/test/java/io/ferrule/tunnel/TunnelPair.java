package io.ferrule.tunnel;

import io.ferrule.admission.InvitedClients;
import io.ferrule.backend.NameResolver;
import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.StatusChecks;
import io.ferrule.net.Transport;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A server's and a client's tunnel in one process, with the records of the connections that ended. */
final class TunnelPair implements AutoCloseable {
    static final TestCertificate CERTIFICATE = TestCertificates.selfSigned("localhost");

    final Tunnels servers;
    final Tunnels clients;
    final Tunnel server;
    final Tunnel client;
    final Address serverAddress;
    final Address clientAddress;
    final BlockingQueue<ConnectionRecord> endedOnServer = new LinkedBlockingQueue<>();
    final BlockingQueue<ConnectionRecord> endedOnClient = new LinkedBlockingQueue<>();
    private final EventLoopGroup loops;
    private final NameResolver names = new NameResolver();

    private TunnelPair(Plan plan) throws Exception {
        loops = plan.transport.newEventLoops(2);
        servers = start(plan.serverConfig(), environment(plan.transport, endedOnServer));
        server = servers.running().get(0);
        serverAddress = server.listening();
        clients = start(plan.clientConfig(serverAddress), environment(plan.transport, endedOnClient));
        client = clients.running().get(0);
        clientAddress = client.listening();
    }

    private static Tunnels start(TunnelConfig config, TunnelEnvironment environment) throws OperatorException {
        Tunnels tunnels = new Tunnels(environment, removed -> {});
        tunnels.prepare(TunnelMaterial.load(List.of(config))).commit(Duration.ZERO);
        return tunnels;
    }

    private TunnelEnvironment environment(Transport transport, BlockingQueue<ConnectionRecord> ended) {
        ConnectionObserver observer = new ConnectionObserver() {
            @Override
            public void closed(ConnectionRecord record) {
                ended.add(record);
            }
        };
        return new TunnelEnvironment(
                transport,
                loops,
                names,
                observer,
                Clock.systemUTC(),
                new InvitedClients(),
                StatusChecks.NONE,
                new AtomicLong()::incrementAndGet);
    }

    /** Where an application connects. */
    SocketAddress entrance() {
        return socketAddress(clientAddress);
    }

    /** Where a TLS client connects. */
    SocketAddress tlsEntrance() {
        return socketAddress(serverAddress);
    }

    private static SocketAddress socketAddress(Address address) {
        return address instanceof Address.Tcp tcp
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.port())
                : java.net.UnixDomainSocketAddress.of(((Address.Unix) address).path());
    }

    /** The record of the connection that ends next. */
    static ConnectionRecord next(BlockingQueue<ConnectionRecord> ended) throws InterruptedException {
        return Optional.ofNullable(ended.poll(20, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no connection ended"));
    }

    @Override
    public void close() {
        clients.drain(Duration.ZERO).toCompletableFuture().join();
        servers.drain(Duration.ZERO).toCompletableFuture().join();
        clients.close();
        servers.close();
        names.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** What a pair is made of; each call changes one thing. */
    static final class Plan {
        private final Address target;
        private final Path directory;
        private Transport transport = Transport.NIO;
        private TlsSettings settings = TlsSettings.DEFAULT;
        private Limits limits = Limits.DEFAULT;
        private Timeouts timeouts = Timeouts.DEFAULT;
        private List<Pin> pins = List.of(CERTIFICATE.pin());
        private Address serverListen = new Address.Tcp("127.0.0.1", 0);
        private Address clientListen = new Address.Tcp("127.0.0.1", 0);

        Plan(Address target, Path directory) {
            this.target = target;
            this.directory = directory;
        }

        Plan transport(Transport t) {
            transport = t;
            return this;
        }

        Plan version(TlsVersion version) {
            settings = new TlsSettings(version, version, List.of());
            return this;
        }

        Plan limits(Limits l) {
            limits = l;
            return this;
        }

        Plan timeouts(Timeouts t) {
            timeouts = t;
            return this;
        }

        Plan pins(Pin... expected) {
            pins = List.of(expected);
            return this;
        }

        Plan listen(Address onServer, Address onClient) {
            serverListen = onServer;
            clientListen = onClient;
            return this;
        }

        TunnelPair start() throws Exception {
            return new TunnelPair(this);
        }

        private TunnelConfig serverConfig() {
            KeyFiles files = CERTIFICATE.writeTo(directory);
            return new TunnelConfig(
                    "server",
                    new AcceptLeg(serverListen, new AcceptTls(KeySources.of(files), new Access.Anyone(), settings)),
                    new ConnectLeg(target, null),
                    limits,
                    timeouts);
        }

        private TunnelConfig clientConfig(Address server) {
            ConnectTls tls = new ConnectTls(new ServerTrust.Pins(pins, false), "localhost", null, settings);
            return new TunnelConfig(
                    "client", new AcceptLeg(clientListen, null), new ConnectLeg(server, tls), limits, timeouts);
        }
    }
}
