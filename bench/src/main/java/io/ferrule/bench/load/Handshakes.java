package io.ferrule.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Connections that live for one PING, so many at a time. */
final class Handshakes {
    private final Connections connections;
    private final boolean resumes;
    private final int count;
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicLong resumed = new AtomicLong();

    Handshakes(Connections connections, boolean resumes, int count) {
        this.connections = connections;
        this.resumes = resumes;
        this.count = count;
    }

    Done run(int concurrency) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < concurrency; i++) {
            next();
        }
        connections.progress().await(count, "connections opened, answered and closed by " + connections.to());
        return new Done(count, (System.nanoTime() - start) / 1e9, resumed.get());
    }

    private void next() {
        if (!connections.progress().failed() && started.getAndIncrement() < count) {
            connections.connect(resumes, new Visit());
        }
    }

    private final class Visit extends Conversation {
        Visit() {
            super(connections);
        }

        @Override
        void opened(ChannelHandlerContext ctx, boolean wasResumed) {
            if (wasResumed) {
                resumed.incrementAndGet();
            }
            send(ctx, PING);
        }

        @Override
        ByteBuf expected() {
            return PONG;
        }

        /** Only now: a server may send its tickets with its first data (RFC 8446 §4.6.1). */
        @Override
        void answered(ChannelHandlerContext ctx) {
            finish(ctx);
        }

        @Override
        void closed() {
            connections.progress().step();
            next();
        }
    }
}
