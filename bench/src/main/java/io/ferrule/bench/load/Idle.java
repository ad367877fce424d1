package io.ferrule.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Connections that have had one answer each and are silent since; closing it closes them. */
public final class Idle implements AutoCloseable {
    private final Connections connections;
    private final int count;

    Idle(Connections connections, int count) {
        this.connections = connections;
        this.count = count;
    }

    void open() throws IOException {
        connections.openAll(count, "idle connections answered by " + connections.to(), Silence::new);
    }

    /** Throws if one of them has been closed or has got anything since; to be called before what they cost is believed. */
    public void check() throws IOException {
        connections.progress().await(count, "idle connections to " + connections.to());
    }

    @Override
    public void close() {
        connections.close();
    }

    private final class Silence extends Conversation {
        private boolean pinged;

        Silence() {
            super(connections);
        }

        @Override
        void opened(ChannelHandlerContext ctx, boolean resumed) {
            send(ctx, PING);
            pinged = true;
        }

        @Override
        @Nullable
        ByteBuf expected() {
            return pinged ? PONG : null;
        }

        @Override
        void answered(ChannelHandlerContext ctx) {
            pinged = false;
            connections.progress().step();
        }
    }
}
