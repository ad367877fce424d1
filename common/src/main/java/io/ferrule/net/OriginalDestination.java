package io.ferrule.net;

import io.ferrule.config.OperatorException;
import io.netty.channel.Channel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Where a client wanted to go before the packet filter of this machine led its connection here: netfilter's targets REDIRECT and DNAT
 * (iptables-extensions(8)), asked of the accepted socket by SO_ORIGINAL_DST (linux/netfilter_ipv4.h, linux/netfilter_ipv6/ip6_tables.h).
 */
public final class OriginalDestination {
    private static final String NAME = "SO_ORIGINAL_DST";
    private static final int NUMBER = 80; // of both
    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;

    /** A struct sockaddr_in (ip(7)); the kernel takes no less and fills no more. */
    private static final int IPV4_BYTES = 16;

    /** A struct sockaddr_in6 (ipv6(7)). */
    private static final int IPV6_BYTES = 28;

    /** Where each holds what is looked at, in the network's order. */
    private static final int PORT = 2;

    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;

    private static final RawUnixChannelOption IPV4 =
            new RawUnixChannelOption("ferrule-" + NAME + "-4", SOL_IP, NUMBER, IPV4_BYTES);
    private static final RawUnixChannelOption IPV6 =
            new RawUnixChannelOption("ferrule-" + NAME + "-6", SOL_IPV6, NUMBER, IPV6_BYTES);

    private OriginalDestination() {}

    /**
     * Refuses a transport that cannot tell.
     *
     * @throws OperatorException naming it
     */
    public static void check(Transport transport) throws OperatorException {
        if (!transport.setsKernelOptions()) {
            throw new OperatorException(
                    "",
                    "where clients wanted to go (transparent = destination, and protocol = socks of a client) is not known"
                            + " with the transport " + transport + "; it takes epoll or io_uring, which are Linux's");
        }
    }

    /**
     * Of an accepted TCP connection on epoll or io_uring; its event loop only.
     *
     * @throws IOException with a sentence for the log if the kernel knows none, or if it is where the connection was accepted: then
     *     nobody led it here, and whoever went there would come back
     */
    public static InetSocketAddress of(Channel accepted) throws IOException {
        if (!(accepted.localAddress() instanceof InetSocketAddress here)) {
            throw new SocketOptionException("getsockopt " + NAME, Errno.EOPNOTSUPP);
        }
        InetSocketAddress wanted = here.getAddress() instanceof Inet6Address
                ? address(ask(accepted, IPV6), IPV6_ADDRESS, 16)
                : address(ask(accepted, IPV4), IPV4_ADDRESS, 4);
        if (wanted.equals(here)) {
            throw new IOException(NAME + ": the client was not redirected, it wanted to go to "
                    + here.getAddress().getHostAddress() + " port " + here.getPort()
                    + " itself; have the packet filter redirect those who are to be led");
        }
        return wanted;
    }

    private static ByteBuffer ask(Channel accepted, RawUnixChannelOption option) throws IOException {
        try {
            return accepted.config().getOption(option);
        } catch (RuntimeException e) { // Netty wraps the kernel's error
            throw new SocketOptionException("getsockopt " + NAME, e);
        }
    }

    private static InetSocketAddress address(ByteBuffer answer, int offset, int bytes) throws IOException {
        byte[] address = new byte[bytes];
        answer.get(offset, address);
        return new InetSocketAddress(InetAddress.getByAddress(address), Short.toUnsignedInt(answer.getShort(PORT)));
    }
}
