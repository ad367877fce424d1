package io.ferrule.admission;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What was read from files to judge the peers of a leg by.
 *
 * @param certificates authorities, or copies of the peer's own, as the config says; may be empty
 * @param crls revocation lists; may be empty
 * @param denied refused whatever else is said; the same object over reloads
 */
public record TrustMaterial(List<X509Certificate> certificates, List<X509CRL> crls, DenyList denied) {
    public TrustMaterial {
        certificates = List.copyOf(certificates);
        crls = List.copyOf(crls);
    }

    /** Nothing was read. */
    public static TrustMaterial none() {
        return of(List.of());
    }

    /** Certificates alone. */
    public static TrustMaterial of(List<X509Certificate> certificates) {
        return new TrustMaterial(certificates, List.of(), new DenyList());
    }
}
