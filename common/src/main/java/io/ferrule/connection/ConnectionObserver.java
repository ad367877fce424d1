package io.ferrule.connection;

import java.time.Duration;
import java.util.List;

/**
 * Hears what happens to connections. Called on their event loops, so it must return at once and must not throw. Every
 * connection that is opened is closed exactly once.
 */
public interface ConnectionObserver {
    /** Accepted; nothing is decided yet. */
    default void opened(ConnectionFacts facts) {}

    /** A leg's handshake succeeded and its peer is trusted. */
    default void secured(ConnectionFacts facts, Leg leg, TlsSession session, Duration took) {}

    /** A leg's handshake failed or its peer was refused; {@link #closed} follows. */
    default void handshakeFailed(ConnectionFacts facts, Leg leg, HandshakeFailure failure) {}

    /** The transport connection to the target stands; its TLS handshake, if any, comes next. */
    default void connected(ConnectionFacts facts, Duration took) {}

    /** {@code bytes} of plaintext came from the peer of {@code leg}; once a batch of reads. */
    default void received(ConnectionFacts facts, Leg leg, int bytes) {}

    /** The peer of {@code leg} is no longer read because the other one does not keep up. */
    default void readingPaused(ConnectionFacts facts, Leg leg) {}

    /** The end is decided and nothing is relayed any more; a peer may still be receiving its last bytes. */
    default void closed(ConnectionRecord record) {}

    /** A tunnel's listener takes no connections for a moment because the process has run out of {@code resource}. */
    default void acceptPaused(String tunnel, String resource) {}

    /** One observer that tells several, in order. */
    static ConnectionObserver all(List<ConnectionObserver> observers) {
        return new ObserverList(List.copyOf(observers));
    }
}
