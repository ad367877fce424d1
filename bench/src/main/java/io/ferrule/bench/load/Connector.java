package io.ferrule.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Opens the connections of all loads. As a TLS client it trusts anybody: it measures ends of the same machine, and there is
 * nothing to protect. It offers TLS 1.3 and X25519 only.
 */
final class Connector implements AutoCloseable {
    /** BoringSSL offers its other two of TLS 1.3 after this one whatever it is told, so what came out is looked at. */
    static final String CIPHER_SUITE = "TLS_AES_128_GCM_SHA256";

    private static final String HOST = "127.0.0.1";
    /** Enough tickets for any concurrency, and few enough that those of a server since restarted are soon used up. */
    private static final int SESSIONS = 1_024;

    private final Duration patience;
    private final EventLoopGroup loops;
    private final SslContext full;
    private final SslContext resuming;

    /** @param patience the limit of a connect and of a handshake */
    Connector(int threads, Duration patience) throws IOException {
        this.patience = patience;
        this.full = tls(false);
        this.resuming = tls(true);
        this.loops = new MultiThreadIoEventLoopGroup(
                threads, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    private static SslContext tls(boolean resumes) throws IOException {
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, new String[] {"X25519"})
                .build();
        OpenSslSessionContext sessions = (OpenSslSessionContext) context.sessionContext();
        sessions.setSessionCacheEnabled(resumes);
        sessions.setSessionCacheSize(SESSIONS);
        return context;
    }

    /** Connects; the connections get the channel, and their progress what fails. Any thread. */
    void connect(Connections among, boolean resumes, Conversation conversation) {
        Endpoint to = among.to();
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) patience.toMillis())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        among.add(channel);
                        if (to.tls()) {
                            channel.pipeline().addLast(tlsHandler(channel, to, resumes));
                        }
                        channel.pipeline().addLast(conversation);
                    }
                })
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.port()));
        connecting.addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess()) {
                among.progress()
                        .fail("cannot connect to " + to + ": " + done.cause().getMessage(), done.cause());
            }
        });
    }

    /** The engine finds the ticket to use by host and port. */
    private SslHandler tlsHandler(Channel channel, Endpoint to, boolean resumes) {
        SslHandler handler = (resumes ? resuming : full).newHandler(channel.alloc(), HOST, to.port());
        handler.setHandshakeTimeoutMillis(patience.toMillis());
        return handler;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        ReferenceCountUtil.release(full);
        ReferenceCountUtil.release(resuming);
    }
}
