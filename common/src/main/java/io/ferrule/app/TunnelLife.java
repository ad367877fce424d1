package io.ferrule.app;

import io.ferrule.backend.NameResolver;
import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.net.Transport;
import io.ferrule.tunnel.Tunnel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** One tunnel as the process sees it: it is made, starts, drains and stops, in that order and each once. */
interface TunnelLife {
    /** Makes a tunnel that does not listen yet. */
    @FunctionalInterface
    interface Maker {
        /**
         * Loads what the config names.
         *
         * @throws OperatorException if that has to be mended first
         */
        TunnelLife make(TunnelConfig config, Parts parts) throws OperatorException;
    }

    /** What all tunnels of a process share. */
    record Parts(Transport transport, EventLoopGroup loops, NameResolver names, ConnectionObserver observer) {}

    /** What the admin endpoint shows of it, if it may. */
    Optional<Tunnel> shown();

    /** How many connections are open now. */
    int open();

    /** Binds the listener; completes with the address bound, or fails with an {@link OperatorException}. */
    CompletionStage<Address> start();

    /** Closes the listener and lets connections finish; completes with the number that the limit cut. */
    CompletionStage<Integer> drain(Duration limit);

    /** Closes the listener and cuts what is open; also after a start that failed, and again after an earlier call. */
    void stop();
}
