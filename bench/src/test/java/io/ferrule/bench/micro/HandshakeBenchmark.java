package io.ferrule.bench.micro;

import io.ferrule.bench.micro.TlsEndpoints.Continued;
import io.ferrule.connection.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A TLS 1.3 connection from its first byte to its end, both sides of it: the handshake, a request of 14 bytes and its answer.
 * The answer carries the session tickets.
 */
public class HandshakeBenchmark extends Microbenchmark {
    /** What all have in common. */
    public abstract static class Ends {
        private final ByteBuf ping =
                PooledByteBufAllocator.DEFAULT.directBuffer(14).writeZero(14);
        private final TlsEndpoints endpoints;

        Ends(String keyType, boolean mutual, Continued continued) {
            endpoints = TlsEndpoints.of(keyType, mutual, continued);
        }

        @Setup
        public void getTickets() {
            connect(false);
        }

        @TearDown
        public void release() {
            ping.release();
            endpoints.close();
        }

        TlsSession connect(boolean resumed) {
            try (MemoryWire wire = new MemoryWire(endpoints.client(), endpoints.server())) {
                wire.client().channel().writeAndFlush(ping.retain());
                wire.carry();
                wire.server().channel().writeAndFlush(ping.retain());
                wire.carry();
                TlsSession session = wire.client().tls().handshake().getNow();
                if (session.resumed() != resumed || wire.client().received() != 14) {
                    throw new IllegalStateException("no answer, or " + session);
                }
                return session;
            }
        }
    }

    /** The server shows an ECDSA key. */
    @State(Scope.Thread)
    public static class Ecdsa extends Ends {
        public Ecdsa() {
            super("P-256", false, Continued.NEVER);
        }
    }

    /** The server shows an RSA key. */
    @State(Scope.Thread)
    public static class Rsa extends Ends {
        public Rsa() {
            super("RSA", false, Continued.NEVER);
        }
    }

    /** Both show an ECDSA key. */
    @State(Scope.Thread)
    public static class Mutual extends Ends {
        public Mutual() {
            super("P-256", true, Continued.NEVER);
        }
    }

    /** The client keeps sessions. */
    @State(Scope.Thread)
    public static class Continuing extends Ends {
        public Continuing() {
            super("P-256", false, Continued.IF_POSSIBLE);
        }
    }

    @Benchmark
    public TlsSession fullEcdsa(Ecdsa ends) {
        return ends.connect(false);
    }

    @Benchmark
    public TlsSession fullRsa2048(Rsa ends) {
        return ends.connect(false);
    }

    @Benchmark
    public TlsSession fullEcdsaMutual(Mutual ends) {
        return ends.connect(false);
    }

    @Benchmark
    public TlsSession resumed(Continuing ends) {
        return ends.connect(true);
    }
}
