package io.ferrule.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * SET and GET of 64 bytes in turns, at times that are fixed before and do not wait for answers: a server that stalls is
 * charged for every request that was due meanwhile (no coordinated omission). A connection that is behind pipelines.
 */
final class FixedRate {
    private static final String VALUE = "v".repeat(64);
    private static final ByteBuf SET_ANSWER = Conversation.text("+OK\r\n");
    private static final ByteBuf GET_ANSWER = Conversation.text("$64\r\n" + VALUE + "\r\n");
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Connections connections;
    private final int count;
    private final double intervalNanos;
    private final long requests;
    private final List<Caller> callers = new ArrayList<>();
    private final Histogram latencies = new SynchronizedHistogram(TimeUnit.HOURS.toNanos(1), 3);

    FixedRate(Connections connections, int count, int perSecond, Duration duration) {
        this.connections = connections;
        this.count = count;
        this.intervalNanos = 1e9 / perSecond;
        this.requests = Math.round(duration.toNanos() / intervalNanos);
    }

    Latencies run() throws IOException {
        connections.openAll(count, "connections opened to " + connections.to(), this::caller);
        long start = System.nanoTime() + LEAD_NANOS;
        callers.forEach(caller -> caller.start(start));
        connections.progress().await(count + requests, "connections and answers of " + connections.to());
        return Latencies.of(latencies);
    }

    private Caller caller() {
        Caller caller = new Caller(callers.size());
        callers.add(caller);
        return caller;
    }

    /** Sends every n-th request, n being the number of connections, and gets back the value that it has set itself. */
    private final class Caller extends Conversation {
        private final int index;
        private final ByteBuf set;
        private final ByteBuf get;
        private final Deque<Long> due = new ArrayDeque<>();
        private volatile @Nullable ChannelHandlerContext ready;
        private long sent;
        private long answered;

        Caller(int index) {
            super(connections);
            this.index = index;
            String key = String.format("$11\r\nload:%06d\r\n", index);
            this.set = text("*3\r\n$3\r\nSET\r\n" + key + "$64\r\n" + VALUE + "\r\n");
            this.get = text("*2\r\n$3\r\nGET\r\n" + key);
        }

        @Override
        void opened(ChannelHandlerContext ctx, boolean resumed) {
            ready = ctx;
            connections.progress().step();
        }

        void start(long nanoTime) {
            ChannelHandlerContext ctx = Objects.requireNonNull(ready);
            ctx.executor().execute(() -> sendDue(ctx, nanoTime));
        }

        private void sendDue(ChannelHandlerContext ctx, long start) {
            for (long n = index + sent * count; n < requests && ctx.channel().isActive(); n += count) {
                long at = start + (long) (n * intervalNanos);
                long wait = at - System.nanoTime();
                if (wait > 0) {
                    ctx.executor().schedule(() -> sendDue(ctx, start), wait, TimeUnit.NANOSECONDS);
                    return;
                }
                due.add(at);
                send(ctx, sent % 2 == 0 ? set : get);
                sent++;
            }
        }

        @Override
        @Nullable
        ByteBuf expected() {
            if (due.isEmpty()) {
                return null;
            }
            return answered % 2 == 0 ? SET_ANSWER : GET_ANSWER;
        }

        @Override
        void answered(ChannelHandlerContext ctx) {
            latencies.recordValue(System.nanoTime() - due.remove());
            answered++;
            connections.progress().step();
        }
    }
}
