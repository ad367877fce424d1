package io.ferrule.tunnel;

import static java.util.Objects.requireNonNull;

import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a tunnel's peers are judged by now, which may have changed since a connection's handshake. Any thread may call it.
 */
final class CurrentRules {
    private final AtomicInteger version = new AtomicInteger();
    private volatile @Nullable TunnelTls tls;

    /** Grows with each change. Whoever reads it before it begins to judge sees afterwards whether that still holds. */
    int version() {
        return version.get();
    }

    /** These count from now on. */
    void replace(TunnelTls next) {
        tls = next;
        changed();
    }

    /** What they look into has changed, such as who is invited. */
    void changed() {
        version.incrementAndGet();
    }

    /** The verdict on a peer whose handshake is over. */
    Verdict verdict(Leg leg, TlsSession session) {
        return requireNonNull(tls).verdict(leg, session);
    }
}
