package io.ferrule.connection;

import io.ferrule.config.Revocation;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the {@link StatusCheck} of each leg; all of them share what they have learned, and one bounded set of threads. */
@FunctionalInterface
public interface StatusChecks {
    /** Nobody is ever asked. */
    StatusChecks NONE = (revocation, authorities) -> null;

    /**
     * The check that a leg's configuration asks for.
     *
     * @param authorities the bundle by which the leg judges its peers; empty if it knows them by their keys
     * @return null if nothing is to be asked
     */
    @Nullable
    StatusCheck of(Revocation revocation, List<X509Certificate> authorities);
}
