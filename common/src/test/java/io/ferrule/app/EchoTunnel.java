package io.ferrule.app;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;
import io.ferrule.tunnel.Tunnel;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A life like a tunnel's around a listener that sends back what it receives; what arrives is logged too. */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that does not close shows in the test
final class EchoTunnel implements TunnelLife {
    private static final Logger LOG = LoggerFactory.getLogger(EchoTunnel.class);

    private final TunnelConfig config;
    private final Parts parts;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable Channel listener;

    EchoTunnel(TunnelConfig config, Parts parts) {
        this.config = config;
        this.parts = parts;
    }

    @Override
    public Optional<Tunnel> shown() {
        return Optional.empty();
    }

    @Override
    public int open() {
        return connections.size();
    }

    @Override
    public CompletionStage<Address> start() {
        Address.Tcp listen = (Address.Tcp) config.accept().listen();
        CompletableFuture<Address> bound = new CompletableFuture<>();
        ChannelFuture binding = new ServerBootstrap()
                .group(parts.loops())
                .channelFactory(parts.transport().serverChannel(listen))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(new InetSocketAddress(listen.host(), listen.port()));
        Channel channel = binding.channel();
        listener = channel;
        binding.addListener(done -> {
            if (done.isSuccess()) {
                bound.complete(new Address.Tcp(listen.host(), ((InetSocketAddress) channel.localAddress()).getPort()));
            } else {
                bound.completeExceptionally(
                        new OperatorException(config.name(), "cannot listen on " + listen + ": in use"));
            }
        });
        return bound;
    }

    @Override
    public CompletionStage<Integer> drain(Duration limit) {
        CompletableFuture<Integer> cut = new CompletableFuture<>();
        listener().close();
        connections.newCloseFuture().addListener(all -> cut.complete(0));
        parts.loops().schedule(() -> cut.complete(open()), limit.toMillis(), TimeUnit.MILLISECONDS);
        return cut;
    }

    @Override
    public void stop() {
        if (listener != null) {
            listener.close();
        }
        connections.close();
    }

    private Channel listener() {
        return java.util.Objects.requireNonNull(listener);
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            for (int i = 0; i < 100; i++) { // so that a client can fill a pipe quickly
                LOG.info("received {} bytes, and a long line about it{}", message, " and about it".repeat(50));
            }
            ctx.writeAndFlush(message);
        }
    }
}
