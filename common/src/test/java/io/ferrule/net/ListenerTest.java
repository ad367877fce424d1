package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListenerTest {
    @TempDir
    Path directory;

    private final List<EventLoopGroup> groups = new ArrayList<>();

    static Stream<Transport> transports() {
        return Peers.transports();
    }

    static Stream<Arguments> transportsAndSockets() {
        return Peers.transports().flatMap(t -> Stream.of(arguments(t, false), arguments(t, true)));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (EventLoopGroup group : groups) {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    @ParameterizedTest(name = "{0}, unix {1}")
    @MethodSource("transportsAndSockets")
    void closedListenerFreesItsAddress(Transport transport, boolean unix) throws Exception {
        Listener first = bind(transport, Peers.somewhere(unix, directory, "socket"));
        Address address = first.address();
        Peers.connect(address).close();
        first.close().toCompletableFuture().get();
        assertThatThrownBy(() -> Peers.connect(address)).isInstanceOf(java.io.IOException.class);
        assertThat(directory).isEmptyDirectory();
        assertThat(bind(transport, address).address()).isEqualTo(address);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void secondInstanceOnABusyPortIsRefused(Transport transport) throws Exception {
        Address address = bind(transport, new Address.Tcp("127.0.0.1", 0)).address();
        int port = ((Address.Tcp) address).port();
        assertThatThrownBy(() -> bind(transport, address))
                .isInstanceOf(OperatorException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + port + ": the port is in use by another process; choose"
                        + " another address or stop that process (ss -tanp 'sport = :" + port + "' shows it)");
        Peers.connect(address).close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void foreignAddressIsRefused(Transport transport) {
        assertThatThrownBy(() -> bind(transport, new Address.Tcp("192.0.2.1", 0)))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith("cannot listen on 192.0.2.1:0: this machine has no such address");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void liveSocketFileIsRefusedAndKept(Transport transport) throws Exception {
        Address.Unix address = new Address.Unix(directory.resolve("socket"));
        bind(transport, address);
        assertThatThrownBy(() -> bind(transport, address))
                .isInstanceOf(OperatorException.class)
                .hasMessage("cannot listen on " + address
                        + ": another process accepts connections on it; choose another" + " path or stop that process");
        Peers.connect(address).close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void staleSocketFileIsReplacedByOneForThisUserAlone(Transport transport) throws Exception {
        Address.Unix address = new Address.Unix(directory.resolve("socket"));
        Peers.listen(address).close(); // the Java runtime leaves the file behind
        assertThat(address.path()).exists();
        bind(transport, address);
        Peers.connect(address).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(address.path())))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void fileThatIsNoSocketIsRefusedAndKept(Transport transport) throws Exception {
        Path file = Files.writeString(directory.resolve("precious"), "content");
        assertThatThrownBy(() -> bind(transport, new Address.Unix(file)))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("not a socket");
        assertThat(file).hasContent("content");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void missingDirectoryIsNamed(Transport transport) {
        assertThatThrownBy(() -> bind(transport, new Address.Unix(directory.resolve("none/socket"))))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("the directory " + directory.resolve("none") + " does not exist");
    }

    private Listener bind(Transport transport, Address address) throws Exception {
        EventLoopGroup loops = transport.newEventLoops(1);
        groups.add(loops);
        ChannelHandler nothing = new ChannelInitializer<>() {
            @Override
            protected void initChannel(io.netty.channel.Channel channel) {}
        };
        try {
            return Listener.bind(transport, loops, address, new Acceptor(Peers.OPTIONS, nothing, resource -> {}))
                    .get();
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }
}
