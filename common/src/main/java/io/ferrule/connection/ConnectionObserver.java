package io.ferrule.connection;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Hears what happens to connections. Called on their event loops, so it must return at once and must not throw. Every
 * connection that is opened is closed exactly once.
 */
public interface ConnectionObserver {
    /** Accepted; nothing is decided yet. */
    default void opened(ConnectionFacts facts) {}

    /** No limit refuses it; its first stage begins. */
    default void admitted(ConnectionFacts facts) {}

    /**
     * The files of hosts_access(5) were asked about the client.
     *
     * @param daemon what it is there for
     */
    default void hostsAsked(ConnectionFacts facts, String daemon, boolean permitted) {}

    /** The client's machine is about to be asked whose connection it is (RFC 1413); it is connected to. */
    default void identConnected(ConnectionFacts facts, SocketAddress server) {}

    /** The client's machine has answered, with the name of a user. */
    default void identAnswered(ConnectionFacts facts, String user, boolean permitted) {}

    /** Nothing that is known of its client without TLS refuses it. */
    default void welcomed(ConnectionFacts facts) {}

    /**
     * An option of a leg's socket is not set, and the connection goes on.
     *
     * @param error with the option, such as {@code SO_DEBUG: Permission denied (13)}
     */
    default void optionRefused(ConnectionFacts facts, Leg leg, String error) {}

    /** A leg's handshake begins. */
    default void securing(ConnectionFacts facts, Leg leg) {}

    /**
     * A leg's handshake is done and its peer is trusted. The peer may still refuse us: that is known with {@link #secured}, at
     * the same time or later.
     */
    default void negotiated(ConnectionFacts facts, Leg leg, TlsSession session) {}

    /** A leg's handshake succeeded and its peer is trusted. */
    default void secured(ConnectionFacts facts, Leg leg, TlsSession session, Duration took) {}

    /** A leg's handshake failed or its peer was refused; {@link #closed} follows. */
    default void handshakeFailed(ConnectionFacts facts, Leg leg, HandshakeFailure failure) {}

    /**
     * The target has several addresses, and the client continues a session.
     *
     * @param target where the session went before; null if that is not known
     * @param listed whether it is still one of the addresses, and so the one to begin with
     */
    default void sessionContinued(ConnectionFacts facts, @Nullable SocketAddress target, boolean listed) {}

    /**
     * The target has several addresses, which are tried one after the other.
     *
     * @param first the one to begin with, from 0
     * @param takeTurns true if each connection begins with another one
     */
    default void addressesFound(ConnectionFacts facts, int first, boolean takeTurns) {}

    /**
     * The client is to be led to where it wanted to go before it was redirected, and that is not known.
     *
     * @param error such as {@code getsockopt SO_ORIGINAL_DST: No such file or directory (2)}
     */
    default void noDestination(ConnectionFacts facts, String error) {}

    /** The target's name has no address. */
    default void nameUnknown(ConnectionFacts facts, String host) {}

    /** An address of the target is tried. */
    default void connecting(ConnectionFacts facts, SocketAddress address) {}

    /**
     * An address of the target cannot be connected to; the next one follows, if there is one.
     *
     * @param error as the system tells it, such as {@code Connection refused (111)}; null if no answer came in time
     */
    default void unreachable(ConnectionFacts facts, SocketAddress address, @Nullable String error) {}

    /** The target is a program, and was started for this connection. */
    default void programStarted(ConnectionFacts facts, long pid) {}

    /**
     * The target is a program that cannot be started.
     *
     * @param error as the system tells it, such as {@code No such file or directory (2)}
     */
    default void programNotStarted(ConnectionFacts facts, String program, String error) {}

    /**
     * The program that was started for a connection has ended, which may be after {@link #closed}.
     *
     * @param status 128 and the number of the signal that ended it, if one did
     */
    default void programEnded(long pid, int status) {}

    /** The transport connection to the target stands; its TLS handshake, if any, comes next. */
    default void connected(ConnectionFacts facts, Duration took) {}

    /**
     * Something was said around TLS, in a talk that only stunnel's configuration asks for; without secrets.
     *
     * @param level how much it matters
     * @param text in the words of stunnel; may hold what a peer sent, control characters too
     */
    default void noted(ConnectionFacts facts, Level level, String text) {}

    /**
     * What became of giving the connection to the target an address: the client's, or one of this machine.
     *
     * @param text in the words of stunnel
     */
    default void borrowing(ConnectionFacts facts, Level level, String text) {}

    /** {@code bytes} of plaintext came from the peer of {@code leg}; once a batch of reads. */
    default void received(ConnectionFacts facts, Leg leg, int bytes) {}

    /** The peer of {@code leg} is no longer read because the other one does not keep up. */
    default void readingPaused(ConnectionFacts facts, Leg leg) {}

    /** The peer of {@code leg} has finished sending, cleanly; the other direction may go on. */
    default void finished(ConnectionFacts facts, Leg leg) {}

    /** The end is decided and nothing is relayed any more; a peer may still be receiving its last bytes. */
    default void closed(ConnectionRecord record) {}

    /** A tunnel's listener takes no connections for a moment because the process has run out of {@code resource}. */
    default void acceptPaused(String tunnel, String resource) {}

    /** One observer that tells several, in order. */
    static ConnectionObserver all(List<ConnectionObserver> observers) {
        return new ObserverList(List.copyOf(observers));
    }
}
