package io.ferrule.bench.micro;

import io.ferrule.bench.micro.TlsEndpoints.Continued;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Plaintext through two TLS handlers: encrypted by one, decrypted by the other. */
public class TlsRecordsBenchmark extends Microbenchmark {
    private static final int PIPELINED = 16;

    /** A connection after its handshake. */
    @State(Scope.Thread)
    public static class Connection {
        private final TlsEndpoints endpoints;
        private final MemoryWire wire;

        public Connection() {
            endpoints = TlsEndpoints.of("P-256", false, Continued.NEVER);
            wire = new MemoryWire(endpoints.client(), endpoints.server());
        }

        @TearDown
        public void close() {
            wire.close();
            endpoints.close();
        }
    }

    /** What is sent, again and again. */
    @State(Scope.Thread)
    public static class Message {
        @Param({"64", "16384", "262144"})
        public int bytes;

        private ByteBuf plaintext = Unpooled.EMPTY_BUFFER;

        @Setup
        public void make() {
            plaintext = zeroes(bytes);
        }

        @TearDown
        public void release() {
            plaintext.release();
        }
    }

    /** A small message, many times in one flush. */
    @State(Scope.Thread)
    public static class Request {
        private final ByteBuf plaintext = zeroes(64);

        @TearDown
        public void release() {
            plaintext.release();
        }
    }

    private static ByteBuf zeroes(int bytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes).writeZero(bytes);
    }

    /** One write, one flush. */
    @Benchmark
    public long message(Connection connection, Message message) {
        Channel client = connection.wire.client().channel();
        client.write(message.plaintext.retain());
        client.flush();
        connection.wire.carry();
        return requireReceived(connection.wire, message.bytes);
    }

    /** 16 writes of 64 bytes, one flush. */
    @Benchmark
    public long pipelined(Connection connection, Request request) {
        Channel client = connection.wire.client().channel();
        for (int i = 0; i < PIPELINED; i++) {
            client.write(request.plaintext.retain());
        }
        client.flush();
        connection.wire.carry();
        return requireReceived(connection.wire, PIPELINED * 64);
    }

    private static long requireReceived(MemoryWire wire, int bytes) {
        long received = wire.server().received();
        if (received == 0 || received % bytes != 0) {
            throw new IllegalStateException(received + " bytes came through, no multiple of " + bytes);
        }
        return received;
    }
}
