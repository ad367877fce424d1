package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.Address;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.ConfigText;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.net.PassedSockets;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ApplicationTest {
    @TempDir
    Path directory;

    private ScriptedServer target;

    @BeforeEach
    void listen() throws IOException {
        target = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()));
    }

    @AfterEach
    void close() {
        target.close();
    }

    private ProcessConfig twoTunnels(int first, int second) throws IOException, OperatorException {
        Path file = Files.writeString(
                directory.resolve("two.yaml"),
                """
                tunnels:
                  one: {listen: "127.0.0.1:%d", target: "%s", access: anyone}
                  two: {listen: "127.0.0.1:%d", target: "%s", access: anyone}
                """
                        .formatted(first, target.address(), second, target.address()));
        return ConfigReader.read(
                Role.SERVER,
                Map.of(
                        "config", List.of(file.toString()),
                        "admin", List.of("127.0.0.1:0"),
                        "state-directory", List.of(directory.resolve("state").toString())),
                Map.of());
    }

    @Test
    void startThatFailsHalfWayLeavesNothingOpen() throws Exception {
        Set<Thread> before = loops();
        int free = Ports.free();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProcessConfig config = twoTunnels(free, taken.getLocalPort());
            assertThatThrownBy(() -> Application.start(config, "test", PassedSockets.none()))
                    .isInstanceOf(OperatorException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
        new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
        await("the event loops' end").until(() -> loops().equals(before));
    }

    @Test
    void problemsOfAllTunnelsFilesAreToldAtOnce() throws Exception {
        Path file = Files.writeString(
                directory.resolve("bad.yaml"),
                """
                tunnels:
                  one: {listen: "127.0.0.1:0", client-ca: no-ca.pem, client-name: "*"}
                  two: {listen: "127.0.0.1:0", access: anyone, certificate: no.crt, key: no.key}
                """);
        ProcessConfig config = ConfigReader.read(
                Role.SERVER,
                Map.of(
                        "config", List.of(file.toString()),
                        "state-directory", List.of(directory.resolve("state").toString())),
                Map.of());
        assertThatThrownBy(() -> Application.start(config, "test", PassedSockets.none()))
                .hasMessageContainingAll("no-ca.pem", "no.crt", "no.key");
    }

    @Test
    void configInForceNamesMadeCertificatesAndBoundPorts() throws Exception {
        try (Application application = Application.start(twoTunnels(0, 0), "test", PassedSockets.none())) {
            ProcessConfig effective = application.effective();
            assertThat(effective.tunnels())
                    .extracting(tunnel -> tunnel.accept().listen())
                    .isEqualTo(application.listening());
            assertThat(ConfigText.of(effective))
                    .contains("admin: " + application.admin().orElseThrow())
                    .contains("certificate: " + directory.resolve("state/one.crt"))
                    .contains("key: " + directory.resolve("state/two.key"))
                    .doesNotContain(":0\n");
        }
    }

    @Test
    void everyTunnelAndTheAdminEndpointListenOnPortsOfTheirOwn() throws Exception {
        try (Application application = Application.start(twoTunnels(0, 0), "test", PassedSockets.none())) {
            assertThat(application.listening()).hasSize(2).doesNotHaveDuplicates();
            assertThat(application.admin()).isPresent();
        }
    }

    @Test
    void hurryCutsWhatTheDrainWouldHaveWaitedFor() throws Exception {
        try (Application application = Application.start(twoTunnels(0, 0), "test", PassedSockets.none());
                Peer open = Peer.tls(port(application), JdkTls.anonymous())) {
            assertThat(open.send("x").receive(1)).isEqualTo("x");
            assertThat(application.drain(CompletableFuture.completedFuture("again")))
                    .isEqualTo(new Application.Drained(0, 1));
            assertThat(open.awaitEnd(Duration.ofSeconds(10))).isEqualTo(Peer.End.RESET);
        }
    }

    private static Set<Thread> loops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ferrule-loop-"))
                .collect(Collectors.toSet());
    }

    private static int port(Application application) {
        return ((Address.Tcp) application.listening().get(0)).port();
    }
}
