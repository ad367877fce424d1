package io.ferrule.admin;

import io.ferrule.config.Address;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Function;

/**
 * Where the endpoint listens, and on what.
 *
 * @param loop one that relays no bytes: pages are made on it, and those of a busy process take milliseconds; its owner shuts
 *     it down
 * @param channels fitting loop and address
 * @param unixSocket the transport's own kind of Unix socket address
 */
public record AdminListener(
        Address address,
        EventLoopGroup loop,
        ChannelFactory<? extends ServerChannel> channels,
        Function<Address.Unix, SocketAddress> unixSocket) {

    SocketAddress socketAddress() {
        return address instanceof Address.Tcp tcp
                ? new InetSocketAddress(tcp.host(), tcp.port())
                : unixSocket.apply((Address.Unix) address);
    }
}
