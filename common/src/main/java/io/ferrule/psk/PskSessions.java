package io.ferrule.psk;

import io.ferrule.config.PreSharedKey;
import io.ferrule.config.Sessions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 sessions that can be continued, of one context; in memory, bounded in number and time. Of TLS 1.3 there are none: Bouncy
 * Castle makes no tickets and takes none. Any thread.
 */
final class PskSessions {
    /** The session itself, whose it is, and until when it may be continued. */
    record Kept(TlsSession session, PreSharedKey key, long untilNanos) {}

    private final int most;
    private final Duration lifetime;
    private final Map<ByteBuffer, Kept> kept = new LinkedHashMap<>(); // oldest first; guarded by this

    PskSessions(Sessions settings) {
        this.most = settings.kept();
        this.lifetime = settings.lifetime();
    }

    /** True if none is ever kept. */
    boolean isOff() {
        return most == 0;
    }

    synchronized void add(TlsSession session, PreSharedKey key) {
        byte[] id = session.getSessionID();
        if (isOff() || id == null || id.length == 0) {
            return;
        }
        kept.put(ByteBuffer.wrap(id.clone()), new Kept(session, key, System.nanoTime() + lifetime.toNanos()));
        if (kept.size() > most) {
            kept.remove(kept.keySet().iterator().next());
        }
    }

    /** Null if there is none of that id any more. */
    synchronized @Nullable Kept find(byte[] id) {
        return find(ByteBuffer.wrap(id));
    }

    private @Nullable Kept find(ByteBuffer id) {
        Kept found = kept.get(id);
        if (found != null && found.untilNanos() - System.nanoTime() <= 0) {
            kept.remove(id);
            return null;
        }
        return found;
    }

    /** The one kept last; null if there is none. */
    synchronized @Nullable Kept latest() {
        ByteBuffer last = null;
        for (ByteBuffer id : kept.keySet()) {
            last = id;
        }
        return last == null ? null : find(last);
    }

    synchronized void remove(TlsSession session) {
        kept.values().removeIf(each -> each.session().equals(session));
    }

    synchronized void clear() {
        kept.clear();
    }
}
