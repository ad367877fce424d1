package io.ferrule.pki;

import io.ferrule.config.Revocation;
import io.ferrule.config.Revocation.Ocsp;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.StatusChecks;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out by OCSP (RFC 6960) whether peers' certificates have been revoked. All legs share what was learned, and four threads
 * that exist only while a responder is asked; a process that asks for none of it has none of it.
 */
public final class OcspChecks implements StatusChecks, AutoCloseable {
    private final Clock clock;
    private final OcspListener listener;
    private @Nullable StatusMemory memory;
    private @Nullable OcspAsks asks;

    public OcspChecks(Clock clock) {
        this(clock, OcspListener.NONE);
    }

    /** Checks that judge responses by this clock, and tell the listener of each question. */
    public OcspChecks(Clock clock, OcspListener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * The check of one leg.
     *
     * @return null if nobody is to be asked and no authority is there whose response could be judged. With
     *     {@link Ocsp#OFF} and {@link Ocsp#STAPLED} the check never asks, and its answers are complete at once.
     */
    @Override
    public @Nullable StatusCheck of(Revocation revocation, List<X509Certificate> authorities) {
        if (revocation.ocsp() == Ocsp.OFF && authorities.isEmpty()) {
            return null;
        }
        return check(revocation, authorities);
    }

    private synchronized StatusCheck check(Revocation revocation, List<X509Certificate> authorities) {
        if (memory == null || asks == null) {
            memory = new StatusMemory();
            asks = new OcspAsks(clock, listener, memory);
        }
        return new OcspCheck(revocation, authorities, clock, memory, asks);
    }

    /** Asks nobody any more. */
    @Override
    public synchronized void close() {
        if (asks != null) {
            asks.close();
        }
    }
}
