package io.ferrule.pki;

import io.ferrule.pki.OcspFinding.Status;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statuses learned so far, each until it ends; those that nobody asked for longest go first. Any thread may use it. */
final class StatusMemory {
    private static final int MAX = 4096;

    private final Map<StatusKey, Status> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<StatusKey, Status> eldest) {
            return size() > MAX;
        }
    };

    /** What is known now. */
    synchronized @Nullable Status of(StatusKey key, Instant now) {
        Status status = kept.get(key);
        if (status != null && !status.until().isAfter(now)) {
            kept.remove(key);
            return null;
        }
        return status;
    }

    /** Keeps a status, unless a newer one is known: a peer may staple an old one for as long as that is valid. Returns the newer. */
    synchronized Status learn(StatusKey key, Status status, Instant now) {
        Status known = of(key, now);
        if (known != null && known.asOf().isAfter(status.asOf())) {
            return known;
        }
        if (status.until().isAfter(now)) {
            kept.put(key, status);
        }
        return status;
    }
}
