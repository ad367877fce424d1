package io.ferrule.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Everything that can be asked of a tunnel in front of a Redis. Each method blocks, from any one thread at a time, and throws
 * a sentence if a single thing goes wrong: a refused connection, a wrong answer, or 30 seconds in which nothing happened.
 */
public final class Loads implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_THREADS = 2;

    private final Duration patience;
    private final Connector connector;

    /** Makes the event loops, half as many as there are processors but at most two, and the TLS contexts. */
    public Loads() {
        this(PATIENCE);
    }

    /** @param patience how long nothing may happen; also the limit of a connect and of a handshake */
    Loads(Duration patience) {
        this.patience = patience;
        int threads = Math.min(MOST_THREADS, (Runtime.getRuntime().availableProcessors() + 1) / 2);
        try {
            this.connector = new Connector(threads, patience);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the load's TLS contexts", e);
        }
    }

    /**
     * Opens so many connections, so many at a time; each does its handshake, gets PONG for a PING, and is closed by the peer
     * after it has asked for that.
     *
     * @param resumed true resumes sessions by the tickets of earlier connections, also of earlier calls in the last five
     *     minutes; without any, the first few handshakes are full ones, and {@link Done#resumed} is that much less than units
     */
    public Done handshakes(Endpoint to, boolean resumed, int connections, int concurrency) throws IOException {
        try (Connections all = connections(to)) {
            return new Handshakes(all, resumed, connections).run(concurrency);
        }
    }

    /**
     * Offers SET and GET of 64 bytes in turns at a fixed rate, spread evenly over the connections, whatever the answers do.
     *
     * @param perSecond requests a second of all connections together
     */
    public Latencies fixedRate(Endpoint to, int connections, int perSecond, Duration duration) throws IOException {
        try (Connections all = connections(to)) {
            return new FixedRate(all, connections, perSecond, duration).run();
        }
    }

    /** Opens connections that have had a PONG for a PING and are silent from then on; the caller closes them. */
    public Idle idle(Endpoint to, int connections) throws IOException {
        Idle idle = new Idle(connections(to), connections);
        try {
            idle.open();
            return idle;
        } catch (IOException e) {
            idle.close();
            throw e;
        }
    }

    /** Subscribes so many connections and publishes to them; the units are deliveries, and the time is without subscribing. */
    public Done fanOut(Endpoint subscribers, Endpoint publisher, int count, int messages, int bytes)
            throws IOException {
        try (Subscribers subscribed = subscribe(subscribers, count)) {
            return publish(subscribed, publisher, messages, bytes);
        }
    }

    /** The first half of {@link #fanOut}, for who measures the second alone; the caller closes the subscribers. */
    public Subscribers subscribe(Endpoint to, int count) throws IOException {
        Subscribers subscribers = new Subscribers(connections(to), count);
        try {
            subscribers.open();
            return subscribers;
        } catch (IOException e) {
            subscribers.close();
            throw e;
        }
    }

    /** The second half of {@link #fanOut}; may be called again and again. */
    public Done publish(Subscribers subscribers, Endpoint publisher, int messages, int bytes) throws IOException {
        try (Connections one = connections(publisher)) {
            return subscribers.publish(one, messages, bytes);
        }
    }

    private Connections connections(Endpoint to) {
        return new Connections(connector, to, patience);
    }

    @Override
    public void close() {
        connector.close();
    }
}
