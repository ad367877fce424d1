package io.ferrule.tunnel;

import io.ferrule.backend.LastTarget;
import io.ferrule.connection.TlsSession;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the clients' sessions went that we keep, so that a continued one goes there again; the target may hold state of it. Of
 * sessions that tickets carry nothing is known. Any thread.
 */
final class KeptTargets {
    private final Map<String, SocketAddress> bySession; // guarded by this

    /** Of so many sessions, those used last. */
    KeptTargets(int most) {
        this.bySession = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, SocketAddress> eldest) {
                return size() > most;
            }
        };
    }

    /** The target of a session that is continued; null of a new one, and without TLS. */
    synchronized @Nullable LastTarget last(@Nullable TlsSession session) {
        if (session == null || !session.resumed()) {
            return null;
        }
        return new LastTarget(session.keptAs() == null ? null : bySession.get(session.keptAs()));
    }

    /** The session has gone there. */
    synchronized void keep(@Nullable TlsSession session, SocketAddress target) {
        if (session != null && session.keptAs() != null) {
            bySession.put(session.keptAs(), target);
        }
    }
}
