package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.Address;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.net.PassedSockets;
import io.ferrule.net.Transport;
import io.netty.channel.unix.Socket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A socket from outside does not loosen what the program refuses by itself. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has such service managers")
class PassedTunnelsTest {
    private static final String PIN = "sha256/fvjK06CC9TpNIv6gm04HpspPDnkhSgeonCgrpUSMrmI=";

    private Socket socket;

    @BeforeEach
    void open() {
        assertThat(Transport.EPOLL.works()).isTrue();
        socket = Socket.newSocketStream();
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
    }

    private PassedSockets on(String host) throws Exception {
        socket.bind(new InetSocketAddress(host, 0));
        socket.listen(1);
        List<String> names = new ArrayList<>(Collections.nCopies(socket.intValue() - 3, "other"));
        names.add("ferrule");
        return new PassedSockets(names);
    }

    private static ProcessConfig client() throws OperatorException {
        return ConfigReader.read(
                Role.CLIENT,
                Map.of(
                        "listen", List.of("systemd:ferrule"),
                        "target", List.of("redis.example.net:46379"),
                        "pin", List.of(PIN)),
                Map.of());
    }

    private static ProcessConfig server() throws OperatorException {
        return ConfigReader.read(
                Role.SERVER, Map.of("listen", List.of("systemd:ferrule"), "access", List.of("anyone")), Map.of());
    }

    @Test
    void plaintextSocketThatOthersReachIsRefused() throws Exception {
        PassedSockets everywhere = on("0.0.0.0");
        assertThatThrownBy(() -> PassedTunnels.adopt(client(), everywhere))
                .isInstanceOf(OperatorException.class)
                .hasMessageContainingAll(
                        "cannot listen on systemd:ferrule",
                        ":" + socket.localAddress().getPort() + ", which is reachable from other machines",
                        "plaintext",
                        "ListenStream=127.0.0.1:PORT");
    }

    @Test
    void plaintextSocketOnThisMachineIsTaken() throws Exception {
        assertThat(PassedTunnels.adopt(client(), on("127.0.0.1")))
                .singleElement()
                .extracting(tunnel -> tunnel.accept().listen())
                .isEqualTo(new Address.Adopted(
                        socket.intValue(),
                        new Address.Tcp("127.0.0.1", socket.localAddress().getPort())));
    }

    @Test
    void tlsSocketMayBeReachedByAll() throws Exception {
        assertThat(PassedTunnels.adopt(server(), on("0.0.0.0"))).hasSize(1);
    }
}
