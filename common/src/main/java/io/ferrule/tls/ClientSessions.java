package io.ferrule.tls;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The sessions with one target that a new connection may continue; newest first, bounded, any thread. */
final class ClientSessions {
    /** A server sends two tickets a connection; more than a burst of connections can use is not worth its memory. */
    private static final int MOST = 32;

    private final Deque<Long> sessions = new ArrayDeque<>();

    /** Takes over the reference; true always, as BoringSSL asks. */
    synchronized boolean add(long session) {
        sessions.addFirst(session);
        if (sessions.size() > MOST) {
            NativeContext.freeSession(sessions.removeLast());
        }
        return true;
    }

    /** Lets {@code connection} try the newest session, which is used up if it serves only once. */
    void offerTo(NativeConnection connection) {
        @Nullable Long session = take();
        if (session != null) {
            connection.resume(session);
            NativeContext.freeSession(session);
        }
    }

    private synchronized @Nullable Long take() {
        @Nullable Long newest = sessions.peekFirst();
        if (newest != null) {
            if (NativeContext.singleUse(newest)) {
                sessions.removeFirst();
            } else {
                NativeContext.retainSession(newest);
            }
        }
        return newest;
    }

    synchronized void clear() {
        sessions.forEach(NativeContext::freeSession);
        sessions.clear();
    }
}
