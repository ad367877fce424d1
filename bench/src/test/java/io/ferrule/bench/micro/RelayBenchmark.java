package io.ferrule.bench.micro;

import io.ferrule.config.Limits;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.net.LegOptions;
import io.ferrule.observe.ConnectionMetrics;
import io.ferrule.observe.Samples;
import io.ferrule.relay.OutputShutdown;
import io.ferrule.relay.Relay;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Queue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Plaintext from one channel to another, through the relay with the metrics that every tunnel has; no TLS. */
public class RelayBenchmark extends Microbenchmark {
    private static final String TUNNEL = "redis";
    private static final int READ_BYTES = 65_536;

    /** An open relay. */
    @State(Scope.Thread)
    public static class Open {
        private final EmbeddedChannel accept = new EmbeddedChannel();
        private final EmbeddedChannel connect = new EmbeddedChannel();
        private final ByteBuf small = zeroes(64);
        private final ByteBuf large = zeroes(READ_BYTES);

        @Setup
        public void open() {
            TunnelConfig tunnel = Samples.serverTunnel(TUNNEL);
            ConnectionObserver metrics = ConnectionObserver.all(List.of(
                    new ConnectionMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), List.of(tunnel))));
            ConnectionFacts facts = Samples.facts(1, TUNNEL);
            Relay relay = new Relay(facts, Timeouts.DEFAULT, metrics, accept.eventLoop(), new NoEnd());
            for (Leg leg : Leg.values()) {
                EmbeddedChannel channel = leg == Leg.ACCEPT ? accept : connect;
                LegOptions.of(Limits.DEFAULT, Timeouts.DEFAULT).apply(channel);
                channel.pipeline().addLast(relay.handler(leg));
            }
            relay.open(OutputShutdown.plain(accept), OutputShutdown.plain(connect));
        }

        @TearDown
        public void release() {
            small.release();
            large.release();
        }

        /** One batch of reads, as the channel's event loop has it. */
        private int relay(ByteBuf read, int reads) {
            for (int i = 0; i < reads; i++) {
                accept.pipeline().fireChannelRead(read.retain());
            }
            accept.pipeline().fireChannelReadComplete();
            return takeWritten(reads * read.readableBytes());
        }

        private int takeWritten(int expected) {
            int bytes = 0;
            Queue<Object> written = connect.outboundMessages();
            for (Object each = written.poll(); each != null; each = written.poll()) {
                bytes += ((ByteBuf) each).readableBytes();
                ReferenceCountUtil.release(each);
            }
            if (bytes != expected) {
                throw new IllegalStateException(bytes + " bytes were relayed, not " + expected);
            }
            return bytes;
        }
    }

    private static ByteBuf zeroes(int bytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes).writeZero(bytes);
    }

    private static final class NoEnd implements Relay.Owner {
        @Override
        public void finished(Leg first) {
            throw new IllegalStateException("the relay ended");
        }

        @Override
        public void failed(ConnectionFailure failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** One read. */
    @Benchmark
    public int bytes64(Open open) {
        return open.relay(open.small, 1);
    }

    /** Four reads of 64 KiB, one flush. */
    @Benchmark
    public int kilobytes256(Open open) {
        return open.relay(open.large, 256 * 1024 / READ_BYTES);
    }
}
