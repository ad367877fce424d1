package io.ferrule.net;

import io.ferrule.config.Address;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.TimeUnit;

/** A process of its own, run with few descriptors: says its port, greets whoever it accepts, tells of every pause. */
final class CrampedListener {
    private CrampedListener() {}

    public static void main(String[] arguments) throws Exception {
        Transport transport = Transport.valueOf(arguments[0]);
        Listener listener = Listener.bind(
                        transport,
                        transport.newEventLoops(1),
                        new Address.Tcp("127.0.0.1", 0),
                        new Acceptor(
                                Peers.OPTIONS, new Greeter(), resource -> System.out.println("paused: " + resource)))
                .get();
        System.out.println("port: " + ((Address.Tcp) listener.address()).port());
        if (System.in.read() < 0) { // the test has gone or is done
            listener.close().toCompletableFuture().get(5, TimeUnit.SECONDS);
            System.exit(0);
        }
    }

    @Sharable
    @SuppressWarnings("FutureReturnValueIgnored") // what fails shows in the test
    private static final class Greeter extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'!'}));
            ctx.fireChannelActive();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
