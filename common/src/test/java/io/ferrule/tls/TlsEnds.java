package io.ferrule.tls;

import io.ferrule.connection.TlsSession;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Both ends of TLS connections over real sockets, with what happened on each open to look at. */
final class TlsEnds implements AutoCloseable {
    static final int LIMIT_SECONDS = 20;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final BlockingQueue<End> accepted = new LinkedBlockingQueue<>();
    private final TlsContext server;
    private final Channel listener;

    /** Takes over the context. */
    TlsEnds(TlsContext server) throws InterruptedException {
        this.server = server;
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(End.on(channel, server, null));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** The server's end of the next connection. */
    End accepted() throws InterruptedException {
        return Optional.ofNullable(accepted.poll(LIMIT_SECONDS, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no connection came"));
    }

    /** A client of ours; its handshake may fail. */
    End connect(TlsContext client, @Nullable String serverName) throws InterruptedException {
        return connectTo(port(), client, serverName);
    }

    /** A client of ours towards another server. */
    End connectTo(int port, TlsContext client, @Nullable String serverName) throws InterruptedException {
        CompletableFuture<End> end = new CompletableFuture<>();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        end.complete(End.on(channel, client, serverName));
                    }
                })
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync();
        return end.join();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        server.close();
    }

    /** One side of one connection. */
    static final class End extends ChannelInboundHandlerAdapter {
        final TlsHandler tls;
        final CompletableFuture<byte[]> received = new CompletableFuture<>();
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();
        private final Channel channel;
        private final ByteArrayOutputStream soFar = new ByteArrayOutputStream();

        private End(Channel channel, TlsHandler tls) {
            this.channel = channel;
            this.tls = tls;
        }

        static End on(Channel channel, TlsContext context, @Nullable String serverName) {
            End end = new End(channel, context.newHandler(channel.eventLoop(), serverName));
            channel.pipeline().addLast(end.tls, end);
            return end;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf bytes = (ByteBuf) msg;
            synchronized (soFar) {
                soFar.writeBytes(io.netty.buffer.ByteBufUtil.getBytes(bytes));
            }
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                received.complete(bytesSoFar());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure.complete(cause);
        }

        /** Has bytes come in as if the peer had sent them; returns their buffer, when the handler is through with it. */
        ByteBuf feed(byte... bytes) {
            ByteBuf in = Unpooled.directBuffer().writeBytes(bytes);
            channel.eventLoop()
                    .submit(() -> channel.pipeline().fireChannelRead(in))
                    .syncUninterruptibly();
            return in;
        }

        /** From now on there is no memory for what is received or sent. */
        void exhaustMemory() {
            channel.config().setAllocator(new AbstractByteBufAllocator(true) {
                @Override
                protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
                    throw new OutOfMemoryError("Cannot reserve " + initialCapacity + " bytes of direct buffer memory");
                }

                @Override
                protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
                    return Unpooled.buffer(initialCapacity, maxCapacity);
                }

                @Override
                public boolean isDirectBufferPooled() {
                    return false;
                }
            });
        }

        byte[] bytesSoFar() {
            synchronized (soFar) {
                return soFar.toByteArray();
            }
        }

        TlsSession session() {
            tls.handshake().awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!tls.handshake().isDone()) {
                throw new AssertionError("no end of the handshake");
            }
            return tls.handshake().getNow() == null
                    ? fail(tls.handshake().cause())
                    : tls.handshake().getNow();
        }

        private static TlsSession fail(Throwable cause) {
            throw new AssertionError(cause);
        }

        Throwable handshakeFailure() {
            tls.handshake().awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS);
            return Optional.ofNullable(tls.handshake().cause())
                    .orElseThrow(() -> new AssertionError("the handshake did not fail"));
        }

        /** Everything up to the peer's close_notify. */
        byte[] all() throws Exception {
            return received.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }

        Throwable broken() throws Exception {
            return failure.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }

        void send(byte[] bytes) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        }

        void finish() {
            channel.eventLoop().execute(() -> tls.shutdownOutput());
        }

        /** Ends TCP without a word. */
        void drop() {
            channel.close();
        }
    }
}
