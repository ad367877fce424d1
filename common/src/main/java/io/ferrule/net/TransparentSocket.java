package io.ferrule.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.util.function.BiConsumer;
import org.slf4j.event.Level;

/** Lets a socket have an address that is not this machine's (ip(7)). */
public final class TransparentSocket {
    private TransparentSocket() {}

    /**
     * To be called before the socket is bound. IP_TRANSPARENT takes the capability CAP_NET_ADMIN or CAP_NET_RAW; without it
     * IP_FREEBIND is tried, which takes none, and with which the kernel seldom lets packets out. That it did not do is seen when the
     * socket is bound or connected.
     *
     * @param told what the kernel says
     */
    public static void open(Channel channel, BiConsumer<Level, String> told) {
        if (!set(channel, EpollChannelOption.IP_TRANSPARENT, "IP_TRANSPARENT", told)) {
            set(channel, EpollChannelOption.IP_FREEBIND, "IP_FREEBIND", told);
        }
    }

    private static boolean set(
            Channel channel, ChannelOption<Boolean> option, String name, BiConsumer<Level, String> told) {
        try {
            channel.config().setOption(option, true);
            told.accept(Level.INFO, name + " socket option set");
            return true;
        } catch (RuntimeException e) { // Netty wraps the kernel's error
            told.accept(Level.ERROR, "setsockopt " + name + ": " + Errno.told(e));
            return false;
        }
    }
}
