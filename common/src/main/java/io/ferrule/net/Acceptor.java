package io.ferrule.net;

import io.netty.channel.ChannelHandler;
import java.util.function.Consumer;

/**
 * What happens to accepted connections.
 *
 * @param options set on each before anything else
 * @param handler put into each one's pipeline, usually a {@code ChannelInitializer}; must be sharable
 * @param paused told once, on an event loop, each time that accepting stops for a moment: the resource the process has run
 *     out of, such as "file descriptors"
 */
public record Acceptor(LegOptions options, ChannelHandler handler, Consumer<String> paused) {}
