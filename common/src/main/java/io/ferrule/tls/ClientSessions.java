package io.ferrule.tls;

import io.ferrule.config.Sessions;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The sessions with one target that a new connection may continue; newest first, bounded, any thread. */
final class ClientSessions {
    private final int most;
    private final long lifetimeNanos;
    private final Deque<Kept> sessions = new ArrayDeque<>();

    private record Kept(long session, long sinceNanos) {}

    ClientSessions(Sessions settings) {
        this.most = settings.tickets() ? settings.kept() : 0;
        this.lifetimeNanos = settings.lifetime().toNanos();
    }

    /** True if it took over the reference. */
    synchronized boolean add(long session) {
        if (most == 0) {
            return false;
        }
        sessions.addFirst(new Kept(session, System.nanoTime()));
        if (sessions.size() > most) {
            NativeContext.freeSession(sessions.removeLast().session());
        }
        return true;
    }

    /** Lets {@code connection} try the newest session, which is used up if it serves only once. */
    void offerTo(NativeConnection connection) {
        @Nullable Kept kept = take();
        if (kept != null) {
            connection.resume(kept.session());
            NativeContext.freeSession(kept.session());
        }
    }

    private synchronized @Nullable Kept take() {
        @Nullable Kept newest = sessions.peekFirst();
        if (newest == null) {
            return null;
        }
        if (System.nanoTime() - newest.sinceNanos() >= lifetimeNanos) {
            clear(); // the others are older still
            return null;
        }
        if (NativeContext.singleUse(newest.session())) {
            sessions.removeFirst();
        } else {
            NativeContext.retainSession(newest.session());
        }
        return newest;
    }

    synchronized void clear() {
        sessions.forEach(each -> NativeContext.freeSession(each.session()));
        sessions.clear();
    }
}
