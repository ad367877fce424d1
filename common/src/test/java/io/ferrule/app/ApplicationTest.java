package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.ConfigReader;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ApplicationTest {
    @TempDir
    Path directory;

    private ProcessConfig twoTunnels() throws IOException, OperatorException {
        Path file = Files.writeString(
                directory.resolve("two.yaml"),
                """
                tunnels:
                  one: {listen: "127.0.0.1:0", access: anyone}
                  two: {listen: "127.0.0.1:0", access: anyone}
                """);
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
        List<EventLoopGroup> loops = new ArrayList<>();
        TunnelLife.Maker maker = (config, parts) -> {
            loops.add(parts.loops());
            if (config.name().equals("two")) {
                throw new OperatorException("two.yaml:3", "is not for today");
            }
            return new EchoTunnel(config, parts);
        };
        ProcessConfig config = twoTunnels();
        assertThatThrownBy(() -> Application.start(config, "test", maker))
                .isInstanceOf(OperatorException.class)
                .hasMessage("two.yaml:3: is not for today");
        assertThat(loops).hasSize(2).allMatch(EventLoopGroup::isShuttingDown);
    }

    @Test
    void everyTunnelAndTheAdminEndpointListenOnPortsOfTheirOwn() throws Exception {
        try (Application application = Application.start(twoTunnels(), "test", EchoTunnel::new)) {
            assertThat(application.listening()).hasSize(2).doesNotHaveDuplicates();
            assertThat(application.admin()).isPresent();
        }
    }

    @Test
    void hurryCutsWhatTheDrainWouldHaveWaitedFor() throws Exception {
        try (Application application = Application.start(twoTunnels(), "test", EchoTunnel::new);
                Socket open = new Socket(InetAddress.getLoopbackAddress(), port(application))) {
            open.getOutputStream().write(1);
            assertThat(open.getInputStream().read()).isEqualTo(1);
            assertThat(application.drain(CompletableFuture.completedFuture("again")))
                    .isEqualTo(new Application.Drained(0, 1));
            assertThat(open.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static int port(Application application) {
        return ((io.ferrule.config.Address.Tcp) application.listening().get(0)).port();
    }
}
