package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the environment says of sockets, and what the sockets say of themselves. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has such service managers")
class PassedSocketsTest {
    private static final Address.Passed FERRULE = new Address.Passed("ferrule");

    @TempDir
    Path directory;

    private final List<FileDescriptor> open = new ArrayList<>();

    @BeforeEach
    void natives() {
        assertThat(Transport.EPOLL.works()).isTrue();
    }

    @AfterEach
    void close() throws IOException {
        for (FileDescriptor descriptor : open) {
            descriptor.close();
        }
    }

    /** As if the descriptor had been passed under the name, with others before it. */
    private static PassedSockets passed(FileDescriptor descriptor) {
        List<String> names = new ArrayList<>(Collections.nCopies(descriptor.intValue() - 3, "other"));
        names.add("ferrule");
        return new PassedSockets(names);
    }

    private Socket tcp(String host) throws IOException {
        Socket socket = Socket.newSocketStream();
        open.add(socket);
        socket.bind(new InetSocketAddress(host, 0));
        return socket;
    }

    private static Address.Adopted find(FileDescriptor descriptor) throws OperatorException {
        return passed(descriptor).find(FERRULE, Transport.EPOLL);
    }

    @Test
    void tcpSocketIsFoundWhereItStands() throws Exception {
        Socket socket = tcp("127.0.0.1");
        socket.listen(1);
        int port = socket.localAddress().getPort();
        assertThat(find(socket)).isEqualTo(new Address.Adopted(socket.intValue(), new Address.Tcp("127.0.0.1", port)));
        assertThat(find(socket).isLocal()).isTrue();
    }

    @Test
    void wildcardOfIpv6IsNotLocal() throws Exception {
        Socket socket = tcp("::");
        socket.listen(1);
        assertThat(find(socket).bound())
                .isEqualTo(new Address.Tcp("::", socket.localAddress().getPort()));
        assertThat(find(socket).isLocal()).isFalse();
    }

    @Test
    void unixSocketIsFoundByItsPath() throws Exception {
        Socket socket = Socket.newSocketDomain();
        open.add(socket);
        Path path = directory.resolve("s");
        socket.bind(new DomainSocketAddress(path.toString()));
        socket.listen(1);
        assertThat(find(socket)).isEqualTo(new Address.Adopted(socket.intValue(), new Address.Unix(path)));
    }

    @Test
    void socketThatDoesNotListenIsRefused() throws Exception {
        assertRefused(tcp("127.0.0.1"), "does not accept connections");
    }

    @Test
    void datagramSocketIsRefused() throws Exception {
        Socket socket = Socket.newSocketDgram();
        open.add(socket);
        assertRefused(socket, "does not accept connections; use ListenStream= with Accept=no");
    }

    @Test
    void whatIsNoSocketIsRefused() throws Exception {
        FileDescriptor[] pipe = FileDescriptor.pipe();
        open.addAll(List.of(pipe));
        assertRefused(pipe[0], "cannot be looked at");
    }

    private static void assertRefused(FileDescriptor descriptor, String why) {
        assertThatThrownBy(() -> find(descriptor))
                .isInstanceOf(OperatorException.class)
                .hasMessageContainingAll("cannot listen on systemd:ferrule: ", why);
    }

    @Test
    void transportsThatCannotAdoptAreNamed() {
        assertThatThrownBy(() -> new PassedSockets(List.of("ferrule")).find(FERRULE, Transport.NIO))
                .hasMessage("cannot listen on systemd:ferrule: it needs the transport epoll, and this is nio");
    }

    @Test
    void namesOfWhatWasPassedInsteadAreTold() {
        assertThatThrownBy(() -> PassedSockets.none().find(FERRULE, Transport.EPOLL))
                .hasMessageContaining("no socket was passed to this process");
        assertThatThrownBy(() -> new PassedSockets(List.of("a", "b")).find(FERRULE, Transport.EPOLL))
                .hasMessageContaining("no socket of that name was passed, but a, b;");
        assertThatThrownBy(() -> new PassedSockets(List.of("ferrule", "ferrule")).find(FERRULE, Transport.EPOLL))
                .hasMessageContaining("2 sockets of that name were passed");
    }

    @Test
    void environmentCountsOnlyForTheProcessThatItNames() {
        Map<String, String> environment = Map.of("LISTEN_PID", "7", "LISTEN_FDS", "2", "LISTEN_FDNAMES", "a:b");
        assertThat(PassedSockets.of(environment, 7).names()).containsExactly("a", "b");
        assertThat(PassedSockets.of(environment, 8).names()).isEmpty();
        assertThat(PassedSockets.of(Map.of("LISTEN_FDS", "2"), 7).names()).isEmpty();
    }

    @Test
    void socketsWithoutNamesAreUnknown() {
        assertThat(PassedSockets.of(Map.of("LISTEN_PID", "7", "LISTEN_FDS", "2"), 7)
                        .names())
                .containsExactly("unknown", "unknown");
        assertThat(PassedSockets.of(Map.of("LISTEN_PID", "7", "LISTEN_FDS", "many"), 7)
                        .names())
                .isEmpty();
    }
}
