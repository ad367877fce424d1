package io.ferrule.app;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;
import io.ferrule.tunnel.Tunnel;
import io.ferrule.tunnel.TunnelEnvironment;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the tunnels that a process really runs. */
final class Tunnels implements TunnelLife.Maker {
    private final AtomicLong numbers = new AtomicLong();

    @Override
    public TunnelLife make(TunnelConfig config, TunnelLife.Parts parts) throws OperatorException {
        return new Life(Tunnel.create(
                config,
                new TunnelEnvironment(
                        parts.transport(),
                        parts.loops(),
                        parts.names(),
                        parts.observer(),
                        Clock.systemUTC(),
                        numbers::incrementAndGet)));
    }

    private static final class Life implements TunnelLife {
        private final Tunnel tunnel;
        private final AtomicBoolean stopped = new AtomicBoolean();

        Life(Tunnel tunnel) {
            this.tunnel = tunnel;
        }

        @Override
        public Optional<Tunnel> shown() {
            return Optional.of(tunnel);
        }

        @Override
        public int open() {
            return tunnel.connections().size();
        }

        @Override
        public CompletionStage<Address> start() {
            return tunnel.start();
        }

        @Override
        public CompletionStage<Integer> drain(Duration limit) {
            return tunnel.drain(limit);
        }

        @Override
        public void stop() {
            if (stopped.compareAndSet(false, true)) {
                tunnel.drain(Duration.ZERO); // cuts what is left
                tunnel.close();
            }
        }
    }
}
