package io.ferrule.net;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A connection that this process was started for, and that is its standard input and output, as inetd and systemd (Accept=yes) do it.
 * It is the process's own, and cannot be had twice.
 *
 * @param channel of the transport that it was asked for; not registered yet, and of nobody else
 * @param peer its address; that of an unnamed Unix socket if it is not TCP
 */
public record InheritedSocket(Channel channel, SocketAddress peer) {
    private static final int STDIN = 0;

    /**
     * Finds it; empty if standard input is none, or standard output is something else.
     *
     * @throws IOException if it is one that cannot be taken
     */
    public static Optional<InheritedSocket> find(Transport transport) throws IOException {
        if (!isSame() || !(System.inheritedChannel() instanceof SocketChannel socket)) {
            return Optional.empty();
        }
        SocketAddress remote = socket.getRemoteAddress();
        boolean tcp = remote instanceof InetSocketAddress;
        SocketAddress peer = tcp ? remote : new DomainSocketAddress("");
        socket.configureBlocking(false); // of the descriptor too that the others use: it is one file (fcntl(2))
        Channel channel =
                switch (transport) {
                    case EPOLL -> tcp ? new EpollSocketChannel(STDIN) : new EpollDomainSocketChannel(STDIN);
                    case KQUEUE -> tcp ? new KQueueSocketChannel(STDIN) : new KQueueDomainSocketChannel(STDIN);
                    case NIO -> tcp ? new NioSocketChannel(socket) : new NioDomainSocketChannel(socket);
                    case IO_URING -> throw new IOException("it needs the transport epoll, kqueue or nio");
                };
        return Optional.of(new InheritedSocket(channel, peer));
    }

    /** True if standard input and output are one; where that cannot be told, they are taken for it. */
    private static boolean isSame() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        return !Files.exists(descriptors)
                || Files.readSymbolicLink(descriptors.resolve("0"))
                        .equals(Files.readSymbolicLink(descriptors.resolve("1")));
    }
}
