package io.ferrule.admin;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import java.time.Duration;

/** The order of one admin connection's handlers, and the bounds on what it may cost. */
@Sharable
final class AdminPipeline extends ChannelInitializer<Channel> {
    static final int MAX_CONNECTIONS = 64;
    static final int MAX_LINE_BYTES = 4_096;
    static final int MAX_HEADER_BYTES = 8_192;
    static final int MAX_BODY_BYTES = 8_192;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Site site;
    private final Entrance entrance;
    private final HostGuard hosts;
    private final ChannelGroup connections;

    AdminPipeline(Site site, Entrance entrance, ChannelGroup connections) {
        this.site = site;
        this.entrance = entrance;
        this.hosts = new HostGuard(entrance.address());
        this.connections = connections;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (connections.size() >= MAX_CONNECTIONS || !entrance.admits().test(channel)) {
            var unused = channel.close();
            return;
        }
        connections.add(channel);
        channel.pipeline()
                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_LINE_BYTES)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)))
                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                .addLast(new FlowControlHandler()) // holds pipelined requests back until they are asked for
                .addLast(new ExchangeDeadline(DEADLINE))
                .addLast(new AdminHandler(site, hosts));
    }
}
