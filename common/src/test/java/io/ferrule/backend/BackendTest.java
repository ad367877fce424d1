package io.ferrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.Address;
import io.ferrule.net.LegOptions;
import io.ferrule.net.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackendTest {
    private static final LegOptions OPTIONS = new LegOptions(65_536, Duration.ofSeconds(60), Duration.ofSeconds(120));
    private static final Duration WITHIN = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private final List<EventLoopGroup> groups = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    static Stream<Transport> transports() {
        return Stream.of(Transport.values()).filter(Transport::works);
    }

    @AfterEach
    void close() throws Exception {
        for (EventLoopGroup group : groups) {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void handlerSeesTheConnectionBecomeActiveAndItsFirstBytes(Transport transport) throws Exception {
        ServerSocketChannel target = listen("127.0.0.1", 0);
        Recorder recorder = new Recorder();
        Future<Channel> connecting = connect(transport, tcp("127.0.0.1", target), WITHIN, names(), recorder);
        try (SocketChannel accepted = target.accept()) {
            accepted.write(ByteBuffer.wrap(new byte[] {'h', 'i'}));
            assertThat(connecting.sync().getNow().isActive()).isTrue();
            await().until(() -> recorder.events.contains("2 bytes"));
            assertThat(recorder.events).first().isEqualTo("active");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void unixSocketIsReached(Transport transport) throws Exception {
        ServerSocketChannel target = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(target);
        Path path = directory.resolve("target");
        target.bind(UnixDomainSocketAddress.of(path));
        Future<Channel> connecting = connect(transport, new Address.Unix(path), WITHIN, names(), new Recorder());
        try (SocketChannel accepted = target.accept()) {
            assertThat(accepted.isConnected()).isTrue();
            assertThat(connecting.sync().getNow().isActive()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void missingUnixSocketIsNamed(Transport transport) throws Exception {
        Address.Unix target = new Address.Unix(directory.resolve("nobody"));
        ConnectFailed failure = failureOf(connect(transport, target, WITHIN, names(), new Recorder()));
        assertThat(failure).hasMessage("cannot connect to " + target + ": no such file or directory");
        assertThat(failure.timedOut()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void nextAddressIsTriedWhenOneRefuses(Transport transport) throws Exception {
        ServerSocketChannel target = listen("127.0.0.1", 0);
        NameResolver names = names("127.0.0.2", "127.0.0.1");
        Recorder recorder = new Recorder();
        Channel channel = connect(transport, tcp("redis.test", target), WITHIN, names, recorder)
                .sync()
                .getNow();
        assertThat(((InetSocketAddress) channel.remoteAddress()).getHostString())
                .isEqualTo("127.0.0.1");
        await().until(() -> !recorder.events.isEmpty());
        assertThat(recorder.events).containsExactly("active");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void refusalNamesEveryAddressTried(Transport transport) throws Exception {
        int port;
        try (ServerSocketChannel gone = listen("127.0.0.1", 0)) {
            port = gone.socket().getLocalPort();
        }
        Recorder recorder = new Recorder();
        ConnectFailed failure = failureOf(connect(
                transport, new Address.Tcp("redis.test", port), WITHIN, names("127.0.0.2", "127.0.0.1"), recorder));
        assertThat(failure)
                .hasMessage(
                        "cannot connect to redis.test:%d: 127.0.0.2:%d connection refused; 127.0.0.1:%d connection refused"
                                .formatted(port, port, port));
        assertThat(failure.timedOut()).isFalse();
        assertThat(failure.getStackTrace()).isEmpty();
        assertThat(recorder.events).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void eachTryIsHeardOf(Transport transport) throws Exception {
        int port;
        try (ServerSocketChannel gone = listen("127.0.0.1", 0)) {
            port = gone.socket().getLocalPort();
        }
        Heard heard = new Heard();
        failureOf(connect(
                transport,
                new Address.Tcp("redis.test", port),
                WITHIN,
                names("127.0.0.2", "127.0.0.1"),
                new Recorder(),
                heard));
        assertThat(heard.words)
                .containsExactly(
                        "several from 0",
                        "trying 127.0.0.2",
                        "missed 127.0.0.2: Connection refused (111)",
                        "trying 127.0.0.1",
                        "missed 127.0.0.1: Connection refused (111)");
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @MethodSource("transports")
    void silenceIsHeardOfOnce(Transport transport) throws Exception {
        Address target = tcp("127.0.0.1", silent("127.0.0.1"));
        Heard heard = new Heard();
        failureOf(connect(transport, target, Duration.ofMillis(300), names(), new Recorder(), heard));
        assertThat(heard.words).containsExactly("trying 127.0.0.1", "missed 127.0.0.1: null");
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @MethodSource("transports")
    void silentAddressLeavesTimeForTheNext(Transport transport) throws Exception {
        ServerSocketChannel silent = silent("127.0.0.2");
        ServerSocketChannel target = listen("127.0.0.1", silent.socket().getLocalPort());
        Future<Channel> connecting = connect(
                transport,
                tcp("redis.test", target),
                Duration.ofSeconds(2),
                names("127.0.0.2", "127.0.0.1"),
                new Recorder());
        InetSocketAddress reached =
                (InetSocketAddress) connecting.sync().getNow().remoteAddress();
        assertThat(reached.getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @MethodSource("transports")
    void eachAddressHasTheWholeTimeWhereThatIsAskedFor(Transport transport) throws Exception {
        ServerSocketChannel silent = silent("127.0.0.2");
        ServerSocketChannel target = listen("127.0.0.1", silent.socket().getLocalPort());
        Duration within = Duration.ofMillis(400);
        EventLoopGroup group = transport.newEventLoops(1);
        groups.add(group);
        Heard heard = new Heard();
        long began = System.nanoTime();
        new Backend(
                        Targets.of(tcp("redis.test", target)),
                        transport,
                        OPTIONS,
                        within,
                        true,
                        names("127.0.0.2", "127.0.0.2", "127.0.0.1"))
                .connect(group.next(), new Recorder(), heard)
                .sync();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(within.multipliedBy(2));
        assertThat(heard.words)
                .filteredOn(word -> word.startsWith("missed"))
                .containsExactly("missed 127.0.0.2: null", "missed 127.0.0.2: null");
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @MethodSource("transports")
    void silentTargetTimesOut(Transport transport) throws Exception {
        ServerSocketChannel silent = silent("127.0.0.1");
        Address target = tcp("127.0.0.1", silent);
        ConnectFailed failure = failureOf(connect(transport, target, Duration.ofMillis(300), names(), new Recorder()));
        assertThat(failure).hasMessage("cannot connect to " + target + ": " + target + " did not answer in time");
        assertThat(failure.timedOut()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void nameServiceThatHangsTimesOut(Transport transport) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        NameResolver hanging = new NameResolver(host -> {
            try {
                never.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        });
        open.add(hanging);
        ConnectFailed failure = failureOf(
                connect(transport, new Address.Tcp("redis.test", 1), Duration.ofMillis(200), hanging, new Recorder()));
        assertThat(failure).hasMessage("cannot connect to redis.test:1: the name was not resolved within 200 ms");
        assertThat(failure.timedOut()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void unknownNameIsNamed(Transport transport) throws Exception {
        NameResolver names = new NameResolver(host -> {
            throw new UnknownHostException(host);
        });
        open.add(names);
        Heard heard = new Heard();
        assertThat(failureOf(
                        connect(transport, new Address.Tcp("redis.test", 1), WITHIN, names, new Recorder(), heard)))
                .hasMessage("cannot connect to redis.test:1: the name \"redis.test\" has no address");
        assertThat(heard.words).containsExactly("unknown redis.test");
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @MethodSource("transports")
    void cancelledAttemptLeavesNoConnectionBehind(Transport transport) throws Exception {
        ServerSocketChannel silent = silent("127.0.0.1");
        Recorder recorder = new Recorder();
        Future<Channel> connecting = connect(transport, tcp("127.0.0.1", silent), WITHIN, names(), recorder);
        int port = silent.socket().getLocalPort();
        await().until(() -> connectsUnderWay(port) == 1);
        assertThat(connecting.cancel(false)).isTrue();
        await().until(() -> connectsUnderWay(port) == 0);
        assertThat(recorder.events).isEmpty();
    }

    private Future<Channel> connect(
            Transport transport, Address target, Duration within, NameResolver names, Recorder handler) {
        return connect(transport, target, within, names, handler, ConnectTries.UNHEARD);
    }

    private Future<Channel> connect(
            Transport transport,
            Address target,
            Duration within,
            NameResolver names,
            Recorder handler,
            ConnectTries tries) {
        EventLoopGroup group = transport.newEventLoops(1);
        groups.add(group);
        return new Backend(Targets.of(target), transport, OPTIONS, within, names).connect(group.next(), handler, tries);
    }

    private static ConnectFailed failureOf(Future<Channel> connecting) throws InterruptedException {
        assertThat(connecting.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(connecting.cause()).isInstanceOf(ConnectFailed.class);
        return (ConnectFailed) connecting.cause();
    }

    private NameResolver names(String... addresses) {
        NameResolver names = new NameResolver(host -> {
            InetAddress[] answer = new InetAddress[addresses.length];
            for (int i = 0; i < answer.length; i++) {
                answer[i] = InetAddress.getByName(addresses[i]);
            }
            return answer;
        });
        open.add(names);
        return names;
    }

    private ServerSocketChannel listen(String host, int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(host, port));
        open.add(server);
        return server;
    }

    /** A listener whose queue is full, so that Linux drops further SYNs: a host that does not answer. */
    private ServerSocketChannel silent(String host) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(host, 0), 1);
        open.add(server);
        for (int unanswered = 0; unanswered < 2; ) { // two in a row, for one may just be a busy machine
            Socket filler = new Socket();
            open.add(filler);
            try {
                filler.connect(server.getLocalAddress(), 200);
                unanswered = 0;
            } catch (SocketTimeoutException queueIsFull) {
                unanswered++;
                filler.close();
            }
        }
        return server;
    }

    /** SYN_SENT sockets (state 02) towards the port, as the kernel lists them. */
    private static long connectsUnderWay(int port) throws IOException {
        String remote = ":%04X 02 ".formatted(port);
        try (Stream<String> v4 = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> v6 = Files.lines(Path.of("/proc/net/tcp6"))) {
            return Stream.concat(v4, v6).filter(line -> line.contains(remote)).count();
        }
    }

    private static Address tcp(String host, ServerSocketChannel server) {
        return new Address.Tcp(host, server.socket().getLocalPort());
    }

    private static final class Heard implements ConnectTries {
        final Queue<String> words = new ConcurrentLinkedQueue<>();

        @Override
        public void found(int first, boolean takeTurns) {
            words.add("several from " + first);
        }

        @Override
        public void nameUnknown(String host) {
            words.add("unknown " + host);
        }

        @Override
        public void trying(SocketAddress address) {
            words.add("trying " + ((InetSocketAddress) address).getAddress().getHostAddress());
        }

        @Override
        public void missed(SocketAddress address, @Nullable String error) {
            words.add("missed " + ((InetSocketAddress) address).getAddress().getHostAddress() + ": " + error);
        }
    }

    private static final class Recorder extends ChannelInboundHandlerAdapter {
        final Queue<String> events = new ConcurrentLinkedQueue<>();

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            events.add("active");
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            events.add("inactive");
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            events.add(bytes.readableBytes() + " bytes");
            bytes.release();
        }
    }
}
