package io.ferrule.net;

import io.ferrule.config.OperatorException;
import io.ferrule.config.SocketRules;
import io.ferrule.config.SocketSetting;
import io.netty.channel.Channel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sets options of sockets by their names in the kernel. */
public final class SocketSettings {
    private SocketSettings() {}

    /**
     * Refuses what a transport cannot do.
     *
     * @throws OperatorException naming the options
     */
    public static void check(Transport transport, SocketRules rules) throws OperatorException {
        if (rules.showsClient() && transport != Transport.EPOLL) {
            throw new OperatorException(
                    "",
                    "the target cannot see the client's address (transparent = source) with the transport " + transport
                            + "; it takes epoll, which is Linux's");
        }
        String names = Stream.of(rules.listen().settings(), rules.accepted(), rules.connected())
                .flatMap(List::stream)
                .map(SocketSetting::name)
                .distinct()
                .collect(Collectors.joining(", "));
        if (!names.isEmpty() && !transport.setsKernelOptions()) {
            throw new OperatorException(
                    "",
                    "the socket options " + names + " cannot be set with the transport " + transport
                            + "; it takes epoll or io_uring, which are Linux's, or remove them");
        }
    }

    /**
     * Sets one, if this kind of socket has it. On its event loop, or before it has one.
     *
     * @throws SocketOptionException if the kernel refuses it
     */
    public static void apply(Channel channel, SocketSetting setting) throws SocketOptionException {
        KernelOption option = KernelOption.valueOf(setting.name());
        ByteBuffer bytes = KernelOption.bytes(setting.value());
        try {
            channel.config().setOption(option.raw(bytes.remaining()), bytes);
        } catch (RuntimeException e) { // Netty wraps the kernel's error
            if (Errno.of(e) != Errno.EOPNOTSUPP) { // TCP's on a Unix socket
                throw new SocketOptionException(setting.name(), e);
            }
        }
    }

    /**
     * Sets them one after the other, before the socket is bound. Netty's sockets are all of IPv6, and hold addresses of IPv4 in it,
     * where those of IPv4 know no option of IPv6.
     *
     * @param place null of a Unix socket, and of one that is bound already
     * @throws SocketOptionException at the first one that the kernel refuses
     */
    static void apply(Channel channel, List<SocketSetting> settings, @Nullable InetAddress place)
            throws SocketOptionException {
        for (SocketSetting setting : settings) {
            KernelOption option = KernelOption.valueOf(setting.name());
            if (option.isOfIpv6() && place instanceof Inet4Address) {
                throw new SocketOptionException(setting.name(), Errno.ENOPROTOOPT);
            }
            apply(channel, setting);
        }
    }
}
