package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ferrule.admission.InvitedClients;
import io.ferrule.backend.NameResolver;
import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.StatusChecks;
import io.ferrule.net.Transport;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TunnelsTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final TestCertificate CLIENT = TestCertificates.selfSigned("client");
    private static final Pin OTHER = TestCertificates.selfSigned("other").pin();

    @TempDir
    Path directory;

    private final EventLoopGroup loops = Transport.NIO.newEventLoops(2);
    private final NameResolver names = new NameResolver();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private volatile Instant now = Instant.now();
    private ScriptedServer target;
    private Tunnels tunnels;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()));
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        tunnels = new Tunnels(
                new TunnelEnvironment(
                        Transport.NIO,
                        loops,
                        names,
                        new ConnectionObserver() {},
                        clock,
                        new InvitedClients(),
                        StatusChecks.NONE,
                        new AtomicLong()::incrementAndGet),
                removed -> ended.add(removed.config().name()));
    }

    @AfterEach
    void close() {
        tunnels.close();
        names.close();
        target.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private TunnelMaterial plain(String name, String listen) throws OperatorException {
        return plain(name, listen, Limits.DEFAULT);
    }

    private TunnelMaterial plain(String name, String listen, Limits limits) throws OperatorException {
        return load(new TunnelConfig(
                name,
                new AcceptLeg(Address.parse(listen, "127.0.0.1"), null),
                new ConnectLeg(Address.parse(target.address(), "127.0.0.1"), null),
                limits,
                Timeouts.DEFAULT));
    }

    private TunnelMaterial pinned(String listen, Pin... pins) throws OperatorException {
        AcceptTls tls = new AcceptTls(
                KeySources.of(SERVER.writeTo(directory)),
                Access.Clients.pinned(List.of(pins), false),
                TlsSettings.DEFAULT);
        return load(new TunnelConfig(
                "tls",
                new AcceptLeg(Address.parse(listen, "127.0.0.1"), tls),
                new ConnectLeg(Address.parse(target.address(), "127.0.0.1"), null),
                Limits.DEFAULT,
                Timeouts.DEFAULT));
    }

    private static TunnelMaterial load(TunnelConfig config) throws OperatorException {
        return TunnelMaterial.load(List.of(config)).get(0);
    }

    private TunnelsChange run(TunnelMaterial... material) throws OperatorException {
        TunnelsChange change = tunnels.prepare(List.of(material));
        assertThat(change.commit(Duration.ofSeconds(30))).isTrue();
        return change;
    }

    private int port(int tunnel) {
        return ((Address.Tcp) tunnels.running().get(tunnel).listening()).port();
    }

    private static void serves(Peer peer) throws IOException {
        assertThat(peer.send("ping").receive(4)).isEqualTo("ping");
    }

    @Test
    void preparedListenerTakesConnectionsOnlyOnceCommitted() throws Exception {
        int port = Ports.free();
        TunnelsChange change = tunnels.prepare(List.of(plain("a", "127.0.0.1:" + port)));
        try (Peer early = Peer.plain(port)) {
            early.send("ping");
            assertThat(target.accepted()).isZero();
            change.commit(Duration.ZERO);
            assertThat(early.receive(4)).isEqualTo("ping");
        }
    }

    @Test
    void abandonedChangeLeavesNothingOpenAndNothingChanged() throws Exception {
        int port = Ports.free();
        int other = Ports.free();
        run(plain("a", "127.0.0.1:" + port));
        tunnels.prepare(List.of(plain("b", "127.0.0.1:" + other))).abandon();
        await().until(() -> Ports.bindable(other));
        assertThat(tunnels.running()).hasSize(1);
        try (Peer peer = Peer.plain(port)) {
            serves(peer);
        }
    }

    @Test
    void oneAddressThatCannotBeHadLeavesNoneOfTheOthersOpen() throws Exception {
        int free = Ports.free();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<TunnelMaterial> material = new ArrayList<>(
                    List.of(plain("a", "127.0.0.1:" + free), plain("b", "127.0.0.1:" + taken.getLocalPort())));
            assertThatThrownBy(() -> tunnels.prepare(material))
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
        await().until(() -> Ports.bindable(free));
    }

    @Test
    void portOfTheKernelsChoiceIsKept() throws Exception {
        run(plain("a", "127.0.0.1:0"), plain("b", "127.0.0.1:0"));
        int a = port(0);
        int b = port(1);
        TunnelsChange change = run(plain("b", "127.0.0.1:0"), plain("a", "127.0.0.1:0", new Limits(7, 7, 7, 4096)));
        assertThat(change.changed()).containsExactly("a");
        assertThat(change.unchanged()).containsExactly("b");
        assertThat(List.of(port(0), port(1))).containsExactly(b, a);
    }

    @Test
    void sameAddressByAnotherNameIsHandedOver() throws Exception {
        int port = Ports.free();
        run(plain("a", "127.0.0.1:" + port));
        run(plain("b", "localhost:" + port));
        try (Peer peer = Peer.plain(port)) {
            serves(peer);
        }
        assertThat(ended).containsExactly("a");
    }

    @Test
    void unixSocketIsHandedOverWithItsFile() throws Exception {
        Path socket = directory.resolve("s.sock");
        run(plain("a", "unix:" + socket));
        run(plain("b", "unix:" + socket));
        assertThat(socket).exists();
        run(plain("c", "127.0.0.1:0"));
        await().until(() -> !java.nio.file.Files.exists(socket));
    }

    @Test
    void tunnelIsToldToHaveEndedAfterItsLastConnection() throws Exception {
        run(plain("a", "127.0.0.1:0"));
        try (Peer peer = Peer.plain(port(0))) {
            serves(peer);
            run(plain("b", "127.0.0.1:0"));
            serves(peer);
            assertThat(ended).isEmpty();
            assertThat(tunnels.withConnections()).hasSize(2);
        }
        await().until(() -> ended.equals(List.of("a")));
        assertThat(tunnels.withConnections()).hasSize(1);
    }

    @Test
    void certificateThatHasExpiredSinceEndsNothingButAPinThatIsGoneDoes() throws Exception {
        run(pinned("127.0.0.1:0", CLIENT.pin(), OTHER));
        try (Peer peer = Peer.tls(port(0), JdkTls.showing(CLIENT))) {
            serves(peer);
            now = CLIENT.certificate().getNotAfter().toInstant().plusSeconds(60);
            assertThat(judgeAnew()).isZero();
            serves(peer);
            run(pinned("127.0.0.1:0", OTHER));
            assertThat(judgeAnew()).isEqualTo(1);
            assertThat(peer.awaitEnd(Duration.ofSeconds(10))).isEqualTo(Peer.End.RESET);
        }
    }

    @Test
    void connectionThatIsRelayedOutlivesManyChanges() throws Exception {
        run(pinned("127.0.0.1:0", CLIENT.pin()));
        try (Peer peer = Peer.tls(port(0), JdkTls.showing(CLIENT))) {
            for (int i = 0; i < 10; i++) {
                serves(peer);
                run(i % 2 == 0 ? pinned("127.0.0.1:0", CLIENT.pin(), OTHER) : pinned("127.0.0.1:0", CLIENT.pin()));
                assertThat(judgeAnew()).isZero();
            }
            serves(peer);
        }
    }

    @Test
    void stoppedTunnelsTakeNoChange() throws Exception {
        run(plain("a", "127.0.0.1:0"));
        int port = Ports.free();
        TunnelsChange late = tunnels.prepare(List.of(plain("b", "127.0.0.1:" + port)));
        tunnels.stopAccepting();
        assertThat(late.commit(Duration.ZERO)).isFalse();
        await().until(() -> Ports.bindable(port));
    }

    private int judgeAnew() throws Exception {
        return tunnels.judgeAnew().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
