package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OwnThread;
import io.ferrule.testing.Program;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The network between the two programs goes away without a word. Their other legs are Unix sockets, which the test reaches
 * from outside of their network.
 */
@NeedsCommand("ip")
@Execution(ExecutionMode.CONCURRENT)
class VanishedPeerIT {
    private static final String SERVER = SplitNetwork.NEAR_ADDRESS + ":46379";
    /** Silence until the first probe is 2 s, two more probes a second apart, and what a busy machine may add. */
    private static final Duration NOTICED = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring", "nio"})
    void bothSidesNoticeThatTheOtherHasVanishedAndEndTheirOtherLegs(String transport) throws Exception {
        if (!HalfCloseIT.available(transport)) {
            throw LeftOut.skip("vanished peers on " + transport, "this machine does not offer " + transport);
        }
        try (SplitNetwork network = SplitNetwork.make();
                ServerSocketChannel target = listen();
                Subprocess server = startServer(network, transport);
                Subprocess client = startClient(network, transport);
                SocketChannel idle = connect();
                SocketChannel idleFar = target.accept();
                SocketChannel busy = connect();
                SocketChannel busyFar = target.accept()) {
            assertJoined(idle, idleFar);
            assertJoined(busy, busyFar);
            network.awaitQuiet();
            network.part();
            // Without TCP_USER_TIMEOUT, as on NIO, the kernel would go on sending for a quarter of an hour.
            if (!transport.equals("nio")) {
                busy.write(ByteBuffer.wrap("into the void".getBytes(StandardCharsets.UTF_8)));
                busyFar.write(ByteBuffer.wrap("into the void".getBytes(StandardCharsets.UTF_8)));
            }
            for (SocketChannel leg : List.of(idle, idleFar, busy, busyFar)) {
                assertEnds(leg);
            }
            assertTold(server, "client_unresponsive", 2);
            assertTold(client, "target_unresponsive", 2);
        }
    }

    private static void assertJoined(SocketChannel client, SocketChannel target) throws IOException {
        client.write(ByteBuffer.wrap(new byte[] {'?'}));
        assertThat(Channels.newInputStream(target).read()).isEqualTo('?');
        target.write(ByteBuffer.wrap(new byte[] {'!'}));
        assertThat(Channels.newInputStream(client).read()).isEqualTo('!');
    }

    private static void assertEnds(SocketChannel leg) throws Exception {
        CompletableFuture<Integer> end = OwnThread.supply(() -> {
            try {
                return leg.read(ByteBuffer.allocate(1));
            } catch (IOException reset) {
                return -1;
            }
        });
        assertThat(end.get(NOTICED.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(-1);
    }

    private static void assertTold(Subprocess program, String reason, int times) {
        Awaitility.await(reason).untilAsserted(() -> assertThat(program.lines())
                .as("lines of %s", program.name())
                .filteredOn(line -> line.contains("reason=" + reason))
                .hasSize(times));
    }

    private ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(socket("target"));
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(socket("entrance"));
    }

    private UnixDomainSocketAddress socket(String name) {
        return UnixDomainSocketAddress.of(directory.resolve(name));
    }

    private Subprocess startServer(SplitNetwork network, String transport) {
        TestCertificate identity = TestCertificates.selfSigned("ferrule.test");
        KeyFiles files = identity.writeTo(directory, "server");
        return start(
                network,
                "near",
                "server",
                transport,
                List.of(
                        "--listen",
                        SERVER,
                        "--target",
                        "unix:" + directory.resolve("target"),
                        "--certificate",
                        files.certificate().toString(),
                        "--key",
                        files.key().toString(),
                        "--access",
                        "anyone"));
    }

    private Subprocess startClient(SplitNetwork network, String transport) {
        return start(
                network,
                "far",
                "client",
                transport,
                List.of(
                        "--listen",
                        "unix:" + directory.resolve("entrance"),
                        "--target",
                        SERVER,
                        "--server-certificate",
                        directory.resolve("server.crt").toString()));
    }

    private Subprocess start(
            SplitNetwork network, String host, String which, String transport, List<String> arguments) {
        List<String> all = new ArrayList<>(
                List.of("run", "--transport", transport, "--keepalive", "2s", "--unacknowledged-timeout", "3s"));
        all.addAll(arguments);
        Subprocess program =
                Subprocess.start("proxy-" + which, network.on(host, Program.command(which, directory, all)));
        program.awaitLine("listening", Duration.ofSeconds(30));
        return program;
    }
}
