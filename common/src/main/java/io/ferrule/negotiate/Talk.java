package io.ferrule.negotiate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One protocol's part in a connection, in one role. Without state, so that all connections of a tunnel share it. Each method returns
 * when its part is over, by a stage that fails with a {@link io.ferrule.connection.ConnectionFailure} if there is no going on; both on
 * the connection's event loop.
 *
 * <pre>
 *   client role, and a server with targetFirst:  connect, beforeTls, TLS, insideTls, beforeRelay, relay
 *   any other server:                            beforeTls, TLS, insideTls, connect, beforeRelay, relay
 * </pre>
 */
public interface Talk {
    /** Server role: whether it needs the target before the client's TLS begins. A client connects before TLS in any case. */
    default boolean targetFirst() {
        return false;
    }

    /** In plaintext: with the client, and also with the target if that is connected to first. */
    default CompletionStage<?> beforeTls(Conversation c) {
        return over();
    }

    /** The peer with whom there is TLS is spoken to inside it. */
    default CompletionStage<?> insideTls(Conversation c) {
        return over();
    }

    /** The last chance to say something; both sides are there, each as the relay has it. */
    default CompletionStage<?> beforeRelay(Conversation c) {
        return over();
    }

    /** Nothing is left to be said. */
    static CompletionStage<Void> over() {
        return CompletableFuture.completedFuture(null);
    }
}
