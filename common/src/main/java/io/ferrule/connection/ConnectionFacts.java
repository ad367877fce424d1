package io.ferrule.connection;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one open connection. It grows stage by stage on the connection's event loop, the only writer; any thread
 * may read, and then sees values that may be a moment old.
 */
public final class ConnectionFacts {
    private final long id;
    private final String tunnel;
    private volatile SocketAddress client;
    private volatile @Nullable SocketAddress balancer;
    private final Instant openedAt;
    private final long openedNanos;

    private volatile Stage stage = Stage.ACCEPTED;
    private volatile @Nullable SocketAddress target;
    private volatile @Nullable SocketAddress source;
    private volatile @Nullable TlsSession acceptTls;
    private volatile @Nullable TlsSession connectTls;
    private volatile @Nullable ChosenService chosen;
    private volatile List<X509Certificate> refused = List.of();
    private volatile long bytesFromClient;
    private volatile long bytesFromTarget;

    /** How far a connection has come. */
    public enum Stage {
        ACCEPTED,
        PROXY_HEADER,
        CLIENT_CHECK,
        NEGOTIATING,
        ACCEPT_HANDSHAKE,
        CONNECTING,
        CONNECT_HANDSHAKE,
        RELAYING,
        CLOSING
    }

    /**
     * A connection just accepted.
     *
     * @param id unique in this process
     * @param openedNanos {@link System#nanoTime} at {@code openedAt}
     */
    public ConnectionFacts(long id, String tunnel, SocketAddress client, Instant openedAt, long openedNanos) {
        this.id = id;
        this.tunnel = tunnel;
        this.client = client;
        this.openedAt = openedAt;
        this.openedNanos = openedNanos;
    }

    public long id() {
        return id;
    }

    /** The tunnel's name. */
    public String tunnel() {
        return tunnel;
    }

    /** The address that the client connected from; the balancer's own as long as one that is believed has not told. */
    public SocketAddress client() {
        return client;
    }

    /** The address that the connection itself came from, where that is another one than the client's; else null. */
    public @Nullable SocketAddress balancer() {
        return balancer;
    }

    public Instant openedAt() {
        return openedAt;
    }

    /** {@link System#nanoTime} when the connection was accepted, for durations. */
    public long openedNanos() {
        return openedNanos;
    }

    public Stage stage() {
        return stage;
    }

    /** The address connected to; null before that. */
    public @Nullable SocketAddress target() {
        return target;
    }

    /** Our own address on the connection to the target; null before that, or where the transport does not tell. */
    public @Nullable SocketAddress source() {
        return source;
    }

    /** What a peer showed that was refused for it, its own certificate first; empty if none was. */
    public List<X509Certificate> refusedChain() {
        return refused;
    }

    /** The TLS session of a leg; null if it has none, or not yet. */
    public @Nullable TlsSession tls(Leg leg) {
        return leg == Leg.ACCEPT ? acceptTls : connectTls;
    }

    /** What a client was given whose handshake failed later; null where it did not, or failed before. */
    public @Nullable ChosenService chosenBeforeFailure() {
        return chosen;
    }

    /** Plaintext bytes taken from the client so far. */
    public long bytesFromClient() {
        return bytesFromClient;
    }

    /** Plaintext bytes taken from the target so far. */
    public long bytesFromTarget() {
        return bytesFromTarget;
    }

    /** Event loop only. */
    public void enter(Stage next) {
        stage = next;
    }

    /** Event loop only, once: who connected speaks for this client. */
    public void actsFor(SocketAddress realClient) {
        balancer = client;
        client = realClient;
    }

    /** Event loop only. */
    public void connectedTo(SocketAddress address) {
        target = address;
    }

    /** Event loop only. */
    public void connectedFrom(@Nullable SocketAddress address) {
        source = address;
    }

    /** Event loop only: a peer was refused because of this chain. */
    public void refused(List<X509Certificate> chain) {
        refused = List.copyOf(chain);
    }

    /** Event loop only: the client's handshake failed, after it had been given this. */
    public void chosenBeforeFailure(@Nullable ChosenService service) {
        chosen = service;
    }

    /** Event loop only. */
    public void secured(Leg leg, TlsSession session) {
        if (leg == Leg.ACCEPT) {
            acceptTls = session;
        } else {
            connectTls = session;
        }
    }

    /** Event loop only: {@code bytes} of plaintext came from the peer of {@code leg}. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer, the event loop
    public void received(Leg leg, int bytes) {
        if (leg == Leg.ACCEPT) {
            bytesFromClient += bytes;
        } else {
            bytesFromTarget += bytes;
        }
    }
}
