package io.ferrule.backend;

import io.ferrule.net.Errno;
import io.ferrule.net.TransparentSocket;
import io.netty.channel.Channel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Gives the connection to a target the client's own address, so that the target sees the client (IP_TRANSPARENT, ip(7)), and its port
 * too if that is free. Event loop only.
 */
record BorrowedAddress(InetSocketAddress client, ConnectTries tries) {
    /** Ports below are the system's, and a client's are not to pass for those. */
    private static final int FIRST_FREE_PORT = 1024;

    /** True if a target of this address could see it. */
    boolean fits(SocketAddress target) {
        if (family(target) == family(client)) {
            return true;
        }
        tries.borrowing(
                Level.DEBUG,
                "Cannot assign an AF=%d address an AF=%d socket".formatted(family(client), family(target)));
        return false;
    }

    /** As the kernel numbers them (bits/socket.h). */
    private static int family(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return 1;
        }
        return inet.getAddress() instanceof Inet4Address ? 2 : 10;
    }

    /**
     * Binds a registered channel.
     *
     * @param bound told once, without an error if it is done
     */
    void bind(Channel channel, Consumer<@Nullable Throwable> bound) {
        TransparentSocket.open(channel, tries::borrowing);
        if (client.getPort() < FIRST_FREE_PORT) {
            bindAnyPort(channel, bound);
            return;
        }
        channel.bind(client).addListener(done -> {
            if (done.isSuccess()) {
                tries.borrowing(Level.INFO, "bind succeeded on the original port");
                bound.accept(null);
            } else if (Errno.of(done.cause()) == Errno.EADDRINUSE) {
                bindAnyPort(channel, bound);
            } else {
                fail("original", done.cause(), tries, bound);
            }
        });
    }

    private void bindAnyPort(Channel channel, Consumer<@Nullable Throwable> bound) {
        bindAnyPort(channel, client.getAddress(), tries, bound);
    }

    /** Binds a registered channel to an address, be it this machine's own, and any port; the rest as with {@link #bind}. */
    static void bindAnyPort(
            Channel channel, InetAddress address, ConnectTries tries, Consumer<@Nullable Throwable> bound) {
        channel.bind(new InetSocketAddress(address, 0)).addListener(done -> {
            if (done.isSuccess()) {
                tries.borrowing(Level.INFO, "bind succeeded on an ephemeral port");
                bound.accept(null);
            } else {
                fail("ephemeral", done.cause(), tries, bound);
            }
        });
    }

    private static void fail(String port, Throwable cause, ConnectTries tries, Consumer<@Nullable Throwable> bound) {
        tries.borrowing(Level.ERROR, "bind (" + port + " port): " + Errno.told(cause));
        bound.accept(cause);
    }
}
