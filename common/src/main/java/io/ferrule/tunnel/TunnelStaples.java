package io.ferrule.tunnel;

import io.ferrule.config.AcceptTls;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.OcspListener;
import io.ferrule.pki.OwnStaples;
import io.ferrule.tls.TlsSetupException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the status of all that a tunnel shows to clients stapled, if its config says so. */
final class TunnelStaples {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelStaples.class);

    /** Where statuses go: the TLS context of the accept leg. */
    @FunctionalInterface
    interface Sink {
        /** Staples a response from now on; null takes the last one back. */
        void staple(KeyMaterial own, byte @Nullable [] response) throws TlsSetupException;
    }

    private TunnelStaples() {}

    /**
     * Begins to ask; the caller closes what it gets.
     *
     * @param before of the same tunnel, before a reload; null at a start
     * @return null if nothing is to be stapled
     */
    static @Nullable OwnStaples start(
            TunnelMaterial material, @Nullable OwnStaples before, Clock clock, OcspListener listener, Sink sink) {
        AcceptTls tls = material.config().accept().tls();
        if (tls == null || !tls.staple()) {
            return null;
        }
        return OwnStaples.start(material.shown(), before, clock, listener, (own, response) -> {
            try {
                sink.staple(own, response);
            } catch (TlsSetupException e) {
                LOG.atError()
                        .addKeyValue("tunnel", material.config().name())
                        .addKeyValue("certificate", own.leaf().getSubjectX500Principal())
                        .log(e.getMessage());
            }
        });
    }
}
