package io.ferrule.net;

import io.ferrule.config.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** Blocking sockets of the Java runtime to stand at both ends of what is tested, and the transports to test. */
final class Peers {
    /** With small buffers of ours, so that backpressure sets in early. */
    static final LegOptions OPTIONS = new LegOptions(65_536, Duration.ofSeconds(60), Duration.ofSeconds(120));

    private Peers() {}

    static Stream<Transport> transports() {
        return Stream.of(Transport.values()).filter(Transport::works);
    }

    static ServerSocketChannel listen(Address address) throws IOException {
        ServerSocketChannel server = address instanceof Address.Unix
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        return server.bind(socketAddress(address));
    }

    static Address addressOf(ServerSocketChannel server) throws IOException {
        return server.getLocalAddress() instanceof InetSocketAddress tcp
                ? new Address.Tcp("127.0.0.1", tcp.getPort())
                : new Address.Unix(((UnixDomainSocketAddress) server.getLocalAddress()).getPath());
    }

    static SocketChannel connect(Address address) throws IOException {
        return SocketChannel.open(socketAddress(address));
    }

    static Address somewhere(boolean unix, Path directory, String name) {
        return unix ? new Address.Unix(directory.resolve(name)) : new Address.Tcp("127.0.0.1", 0);
    }

    /** Reads to the end of the stream and counts. */
    static long drain(SocketChannel from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(65_536);
        long total = 0;
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer.clear())) {
            total += n;
        }
        return total;
    }

    private static SocketAddress socketAddress(Address address) {
        return address instanceof Address.Tcp tcp
                ? new InetSocketAddress(tcp.host(), tcp.port())
                : UnixDomainSocketAddress.of(((Address.Unix) address).path());
    }
}
