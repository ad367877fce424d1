package io.ferrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Address;
import io.ferrule.config.Failover;
import io.ferrule.net.LegOptions;
import io.ferrule.net.Transport;
import io.ferrule.testing.Ports;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Several targets, of which each connection reaches one. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailoverTest {
    private static final LegOptions OPTIONS = new LegOptions(65_536, Duration.ofSeconds(60), Duration.ofSeconds(120));

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Queue<String> begins = new ConcurrentLinkedQueue<>();
    private final Queue<String> askedFor = new ConcurrentLinkedQueue<>();
    private final Map<String, List<String>> hosts =
            Map.of("pair.test", List.of("127.0.0.2", "127.0.0.3"), "one.test", List.of("127.0.0.1"));
    private final NameResolver names = new NameResolver(this::look);
    private final CountDownLatch never = new CountDownLatch(1);
    private Transport transport = Transport.NIO;
    private @Nullable EventLoopGroup loops;

    static Stream<Transport> transports() {
        return Stream.of(Transport.values()).filter(Transport::works);
    }

    @AfterEach
    void close() throws Exception {
        if (loops != null) {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
        names.close();
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private InetAddress[] look(String host) throws UnknownHostException {
        askedFor.add(host);
        if (host.equals("hanging.test")) {
            try {
                never.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }
        List<String> addresses = hosts.get(host);
        if (addresses == null) {
            throw new UnknownHostException(host);
        }
        InetAddress[] found = new InetAddress[addresses.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses.get(i));
        }
        return found;
    }

    private static Targets priority(Address... entries) {
        return new Targets(List.of(entries), Failover.PRIORITY, null, 0);
    }

    private static Targets inTurn(int start, Address... entries) {
        return new Targets(List.of(entries), Failover.ROUND_ROBIN, null, start);
    }

    private Targets from(String source, Address... entries) throws IOException {
        return new Targets(List.of(entries), Failover.PRIORITY, InetAddress.getByName(source), 0);
    }

    private Future<Channel> connect(Targets targets) {
        EventLoopGroup group = loops == null ? transport.newEventLoops(1) : loops;
        loops = group;
        return new Backend(targets, transport, OPTIONS, Duration.ofSeconds(6), names)
                .connect(group.next(), new ChannelInboundHandlerAdapter());
    }

    /** The port, or else the path, that a connection came to. */
    private String reached(Targets targets) throws InterruptedException {
        Channel channel = connect(targets).sync().getNow();
        try {
            return channel.remoteAddress() instanceof InetSocketAddress tcp
                    ? tcp.getHostString() + ":" + tcp.getPort()
                    : "unix";
        } finally {
            channel.close().sync();
        }
    }

    private String failure(Targets targets) throws InterruptedException {
        Future<Channel> connecting = connect(targets);
        assertThat(connecting.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(connecting.cause()).isInstanceOf(ConnectFailed.class);
        return String.valueOf(connecting.cause().getMessage());
    }

    private ServerSocketChannel listen(String host, int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(host, port));
        open.add(server);
        return server;
    }

    private Address listening() throws IOException {
        return new Address.Tcp("127.0.0.1", listen("127.0.0.1", 0).socket().getLocalPort());
    }

    private static Address refusing() {
        return new Address.Tcp("127.0.0.1", Ports.free());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void priorityBeginsWithTheFirstEachTime(Transport with) throws Exception {
        transport = with;
        Address first = listening();
        Targets targets = priority(first, listening());
        for (int i = 0; i < 3; i++) {
            assertThat(reached(targets)).isEqualTo(first.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theNextIsReachedWhereTheFirstRefusesAndTheFirstAgainOnceItDoesNot(Transport with) throws Exception {
        transport = with;
        Address.Tcp first = (Address.Tcp) refusing();
        Address second = listening();
        Targets targets = priority(first, second);
        assertThat(reached(targets)).isEqualTo(second.toString());
        listen("127.0.0.1", first.port());
        assertThat(reached(targets)).isEqualTo(first.toString());
    }

    @ParameterizedTest
    @EnumSource(Failover.class)
    void everyAddressOfEveryTargetIsTriedOnce(Failover failover) throws Exception {
        int port = ((Address.Tcp) refusing()).port();
        Path nobody = directory.resolve("nobody");
        List<Address> entries = List.of(
                new Address.Tcp("pair.test", port), new Address.Unix(nobody), new Address.Tcp("one.test", port));
        assertThat(failure(new Targets(entries, failover, null, 0)))
                .isEqualTo(
                        "cannot connect to pair.test:%1$d or unix:%2$s or one.test:%1$d: 127.0.0.2:%1$d connection refused;"
                                        .formatted(port, nobody)
                                + " 127.0.0.3:%1$d connection refused; unix:%2$s no such file or directory; 127.0.0.1:%1$d"
                                        .formatted(port, nobody)
                                + " connection refused");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void targetsTakeTurnsFromTheStartOn(Transport with) throws Exception {
        transport = with;
        List<Address> all = List.of(listening(), listening(), listening());
        Targets targets = inTurn(2, all.toArray(Address[]::new));
        for (int turn = 2; turn < 9; turn++) {
            assertThat(reached(targets)).isEqualTo(all.get(turn % 3).toString());
        }
    }

    @Test
    void whereAConnectionBeginsIsToldIfThereIsAChoice() throws Exception {
        Address first = listening();
        Address second = listening();
        Targets turns = inTurn(1, first, second);
        for (Targets targets : List.of(priority(first), priority(first, second), turns, turns)) {
            tryAndClose(targets);
        }
        assertThat(begins).containsExactly("priority 0", "in turn 1", "in turn 0");
    }

    private void tryAndClose(Targets targets) throws InterruptedException {
        EventLoopGroup group = loops == null ? transport.newEventLoops(1) : loops;
        loops = group;
        ConnectTries heard = new ConnectTries() {
            @Override
            public void found(int first, boolean takeTurns) {
                begins.add((takeTurns ? "in turn " : "priority ") + first);
            }
        };
        new Backend(targets, transport, OPTIONS, Duration.ofSeconds(6), names)
                .connect(group.next(), new ChannelInboundHandlerAdapter(), heard)
                .sync()
                .getNow()
                .close()
                .sync();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theAddressesOfOneNameTakeTurnsLikeTargets(Transport with) throws Exception {
        transport = with;
        int port = listen("127.0.0.2", 0).socket().getLocalPort();
        listen("127.0.0.3", port);
        Address other = listening();
        Targets targets = inTurn(0, new Address.Tcp("pair.test", port), other);
        assertThat(reached(targets)).isEqualTo("127.0.0.2:" + port);
        assertThat(reached(targets)).isEqualTo("127.0.0.3:" + port);
        assertThat(reached(targets)).isEqualTo(other.toString());
        assertThat(reached(targets)).isEqualTo("127.0.0.2:" + port);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whoseTurnIsWithARefusingTargetComesToTheNext(Transport with) throws Exception {
        transport = with;
        Address a = listening();
        Address c = listening();
        Targets targets = inTurn(1, a, refusing(), c);
        assertThat(reached(targets)).isEqualTo(c.toString()); // b, c
        assertThat(reached(targets)).isEqualTo(c.toString()); // c
        assertThat(reached(targets)).isEqualTo(a.toString()); // a
    }

    @ParameterizedTest
    @EnumSource(Failover.class)
    void aTargetWhoseNameHasNoAddressLeavesTheOthers(Failover failover) throws Exception {
        Address there = listening();
        Targets targets = new Targets(List.of(new Address.Tcp("nobody.test", 1), there), failover, null, 0);
        assertThat(reached(targets)).isEqualTo(there.toString());
        assertThat(failure(new Targets(
                        List.of(new Address.Tcp("nobody.test", 1), new Address.Tcp("neither.test", 2)),
                        failover,
                        null,
                        0)))
                .isEqualTo("cannot connect to nobody.test:1 or neither.test:2: the name \"nobody.test\" has no address;"
                        + " the name \"neither.test\" has no address");
    }

    @ParameterizedTest
    @EnumSource(Failover.class)
    void aTargetWhoseNameServiceHangsLeavesTimeForTheOthers(Failover failover) throws Exception {
        Address there = listening();
        List<Address> entries = List.of(new Address.Tcp("hanging.test", 1), there);
        assertThat(reached(new Targets(entries, failover, null, 0))).isEqualTo(there.toString());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aNameThatIsNotNeededIsNotLookedUp(Transport with) throws Exception {
        transport = with;
        Address first = listening();
        assertThat(reached(priority(first, new Address.Tcp("pair.test", 1)))).isEqualTo(first.toString());
        assertThat(askedFor).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aUnixSocketAndAPortFollowEachOther(Transport with) throws Exception {
        transport = with;
        Path path = directory.resolve("target");
        ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(unix);
        unix.bind(UnixDomainSocketAddress.of(path));
        assertThat(reached(priority(refusing(), new Address.Unix(path)))).isEqualTo("unix");
        Address port = listening();
        assertThat(reached(priority(new Address.Unix(directory.resolve("nobody")), port)))
                .isEqualTo(port.toString());
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @MethodSource("transports")
    void theTargetSeesTheSourceAddress(Transport with) throws Exception {
        transport = with;
        ServerSocketChannel target = listen("127.0.0.1", 0);
        Targets targets =
                from("127.0.0.9", new Address.Tcp("127.0.0.1", target.socket().getLocalPort()));
        for (int i = 0; i < 2; i++) {
            Channel channel = connect(targets).sync().getNow();
            try (SocketChannel accepted = target.accept()) {
                assertThat(((InetSocketAddress) accepted.getRemoteAddress()).getHostString())
                        .isEqualTo("127.0.0.9");
            }
            channel.close().sync();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTargetOfAnotherFamilyThanTheSourceIsPassedOver(Transport with) throws Exception {
        transport = with;
        Address there = listening();
        Address.Tcp v6 = new Address.Tcp("::1", 1);
        assertThat(reached(from("127.0.0.1", v6, new Address.Unix(directory.resolve("u")), there)))
                .isEqualTo(there.toString());
        assertThat(failure(from("127.0.0.1", v6)))
                .endsWith(" cannot be reached from 127.0.0.1")
                .contains("1]:1 ");
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @MethodSource("transports")
    void aSourceThatThisMachineDoesNotHaveIsNamed(Transport with) throws Exception {
        transport = with;
        Address there = listening();
        assertThat(failure(from("192.0.2.1", there)))
                .isEqualTo("cannot connect to " + there + ": " + there + " cannot assign requested address");
    }
}
