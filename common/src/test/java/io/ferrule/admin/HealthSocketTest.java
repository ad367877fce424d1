package io.ferrule.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.net.PeerUser;
import io.ferrule.net.Transport;
import io.ferrule.observe.PrometheusText;
import io.ferrule.testing.LeftOut;
import io.ferrule.tunnel.ProbeOutcome;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The socket over the kernel, by a name of the test's own so that no other process of this machine is in the way. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class HealthSocketTest {
    private final List<EventLoopGroup> loops = new ArrayList<>();
    private final List<AdminServer> servers = new ArrayList<>();
    private final PrometheusText metrics = new PrometheusText();
    private final AtomicInteger probes = new AtomicInteger();
    private final Address.Unix address = Address.abstractSocket("ferrule-test-" + UUID.randomUUID());
    private volatile Supplier<CompletionStage<ProbeOutcome>> probe =
            () -> CompletableFuture.completedFuture(new ProbeOutcome(true, "connected in 1 ms"));
    private volatile boolean draining;
    private final TunnelView tunnel = new TunnelView("redis", List::of, () -> {
        probes.incrementAndGet();
        return probe.get();
    });
    private final Pages pages = new Pages(
            new TunnelViews(() -> List.of(tunnel), () -> List.of(tunnel)),
            metrics,
            new ProcessView(
                    () -> "tunnels: []", () -> "", () -> List.of("expiry"), () -> draining, CompletableFuture::new));

    @AfterEach
    void stop() throws Exception {
        for (AdminServer server : servers) {
            server.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        for (EventLoopGroup each : loops) {
            each.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
        metrics.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void readyWhileTheTargetAnswers(Transport transport) throws Exception {
        if (!transport.works()) {
            throw LeftOut.skip("health check on " + transport, "it does not work here");
        }
        open(transport, PeerUser.own()::orRootIsAt);
        assertThat(get(transport, "/readyz?verbose"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("ready\nredis: ok: connected in 1 ms\n");
        assertThat(get(transport, "/livez")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok\n");
    }

    @Test
    void notReadyWhileTheTargetIsAway() throws Exception {
        probe = () -> CompletableFuture.completedFuture(new ProbeOutcome(false, "127.0.0.1:6379: connection refused"));
        open();
        assertThat(get("/readyz"))
                .startsWith("HTTP/1.1 503 ")
                .endsWith("not ready\nredis: failed: 127.0.0.1:6379: connection refused\n");
        assertThat(get("/livez")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void notReadyWhileDraining() throws Exception {
        draining = true;
        open();
        assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\ndraining\n");
    }

    @Test
    void silentTargetIsToldBeforeTheCommandGivesUp() throws Exception {
        probe = CompletableFuture::new;
        open();
        assertThat(get("/readyz"))
                .startsWith("HTTP/1.1 503 ")
                .endsWith("not ready\na target has not answered within 1500 ms\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/connections", "/config"})
    void nothingButHealthIsShown(String path) throws Exception {
        open();
        assertThat(get(path)).startsWith("HTTP/1.1 404 ").endsWith("\r\n\r\nthere is /livez and /readyz\n");
    }

    @Test
    void targetIsAskedOnceForThisAndTheAdminEndpoint() throws Exception {
        probe = CompletableFuture::new; // one probe under way serves all who ask until it ends
        open();
        CompletionStage<Answer> admin = pages.get("/readyz", null);
        get("/readyz");
        assertThat(admin.toCompletableFuture()).isNotDone();
        assertThat(probes).hasValue(1);
    }

    @Test
    void whoeverIsNotAdmittedGetsNotAByte() throws Exception {
        open(Transport.EPOLL, stranger -> false);
        assertThat(get("/livez")).isEmpty();
    }

    @Test
    void secondProcessOfTheContainerIsToldWhy() throws Exception {
        open();
        assertThatThrownBy(this::open)
                .isInstanceOf(OperatorException.class)
                .hasMessage("health-check: cannot listen on " + address
                        + ": another process of this container has it (ss -lxp shows it), and only one can");
    }

    @Test
    void nameIsFreeAgainOnceItIsStoppedAndWasNeverAFile() throws Exception {
        open();
        assertThat(Files.readString(Path.of("/proc/net/unix"))).contains(" " + address.path() + "\n");
        assertThat(address.path()).doesNotExist();
        servers.remove(0).stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
        open();
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "KQUEUE"})
    void transportWithoutAbstractSocketsIsRefused(Transport transport) {
        assertThatThrownBy(() -> HealthSocket.check(transport))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith(
                        "health-check: it needs epoll or io_uring, and " + transport + " is what works");
    }

    @Test
    void nameIsThatOfTheMountNamespace(@TempDir Path directory) throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("mnt"), Path.of("mnt:[4026531840]"));
        assertThat(HealthSocket.address(link)).hasToString("unix:@ferrule-health-4026531840");
        HealthSocket.check(Transport.EPOLL); // this machine's has that form
    }

    @Test
    void namespaceThatCannotBeReadIsToldWithARemedy(@TempDir Path directory) throws Exception {
        assertThatThrownBy(() -> HealthSocket.address(directory.resolve("none")))
                .isInstanceOf(OperatorException.class)
                .hasMessageContainingAll("health-check: it needs " + directory, "mount /proc");
        Path link = Files.createSymbolicLink(directory.resolve("net"), Path.of("net:[4026531840]"));
        assertThatThrownBy(() -> HealthSocket.address(link))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("\"net:[4026531840]\", no mount namespace");
    }

    private void open() throws OperatorException {
        open(Transport.EPOLL, anyone -> true);
    }

    private void open(Transport transport, java.util.function.Predicate<Channel> admits) throws OperatorException {
        Entrance entrance = new Entrance(HealthSocket.OPTION, address, admits);
        servers.add(HealthSocket.open(entrance, transport, loop(transport), pages));
    }

    private EventLoopGroup loop(Transport transport) {
        EventLoopGroup loop = transport.newEventLoops(1);
        loops.add(loop);
        return loop;
    }

    private String get(String path) throws Exception {
        return get(Transport.EPOLL, path);
    }

    /** All that is answered to an HTTP/1.0 request until the end. */
    private String get(Transport transport, String path) throws Exception {
        Everything answer = new Everything();
        Channel channel = new Bootstrap()
                .group(loop(transport))
                .channelFactory(transport.channel(address))
                .handler(answer)
                .connect(transport.socketAddress(address))
                .sync()
                .channel();
        channel.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), "GET " + path + " HTTP/1.0\r\n\r\n"));
        return answer.text.get(20, TimeUnit.SECONDS);
    }

    private static final class Everything extends SimpleChannelInboundHandler<ByteBuf> {
        final CompletableFuture<String> text = new CompletableFuture<>();
        private final StringBuilder received = new StringBuilder();

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            received.append(bytes.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            text.complete(received.toString());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable reset) {
            ctx.close(); // the end of a connection that was closed with the request unread
        }
    }
}
