package io.ferrule.net;

import io.ferrule.config.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** As little of a relay as shows whether a transport keeps half-closed connections: both legs on one loop, backpressure. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails shows in the channel being closed
final class MiniRelay implements AutoCloseable {
    final AtomicInteger pauses = new AtomicInteger();
    private final Listener listener;

    MiniRelay(Transport transport, EventLoopGroup loops, Address listen, Address target, LegOptions options)
            throws Exception {
        ChannelInitializer<Channel> accepted = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel accept) {
                accept.config().setAutoRead(false); // as a tunnel does until its target is connected
                Side acceptSide = new Side();
                accept.pipeline().addLast(acceptSide);
                connect(transport, accept, target, options, acceptSide);
            }
        };
        listener = Listener.bind(transport, loops, listen, new Acceptor(options, accepted, resource -> {}))
                .get();
    }

    Address address() {
        return listener.address();
    }

    @Override
    public void close() {
        listener.close().toCompletableFuture().join();
    }

    private void connect(Transport transport, Channel accept, Address target, LegOptions options, Side acceptSide) {
        Side connectSide = new Side();
        SocketAddress remote = target instanceof Address.Tcp tcp
                ? new InetSocketAddress(tcp.host(), tcp.port())
                : transport.socketAddress((Address.Unix) target);
        new Bootstrap()
                .group(accept.eventLoop())
                .channelFactory(transport.channel(target))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        options.apply(channel);
                        channel.pipeline().addLast(connectSide);
                    }
                })
                .connect(remote)
                .addListener((ChannelFutureListener) connected -> {
                    connectSide.pairWith(accept);
                    acceptSide.pairWith(connected.channel());
                    accept.config().setAutoRead(true);
                });
    }

    private final class Side extends ChannelInboundHandlerAdapter {
        private final Queue<Object> early = new ArrayDeque<>();
        private final CompletableFuture<Channel> paired = new CompletableFuture<>();
        private @Nullable Channel peer;

        void pairWith(Channel channel) {
            peer = channel;
            early.forEach(channel::write);
            early.clear();
            channel.flush();
            paired.complete(channel);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (peer == null) {
                early.add(message);
                return;
            }
            peer.write(message);
            if (!peer.isWritable() && ctx.channel().config().isAutoRead()) {
                pauses.incrementAndGet();
                ctx.channel().config().setAutoRead(false);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (peer != null) {
                peer.flush();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (peer != null && ctx.channel().isWritable()) {
                peer.config().setAutoRead(true);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                paired.thenAccept(to -> to.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(written -> ((DuplexChannel) to).shutdownOutput()));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (peer != null) {
                peer.close();
            }
        }
    }
}
