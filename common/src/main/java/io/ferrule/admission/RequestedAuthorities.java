package io.ferrule.admission;

import io.ferrule.config.Access;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/**
 * The authorities that a certificate request names (RFC 8446 §4.2.4, RFC 5246 §7.4.4). Clients that have several certificates choose
 * by them, and many show none at all where no name fits. So they are named where nothing but an authority makes a client known, and
 * else nobody is: to the holder of a pinned or stored key a list would say that its certificate is not wanted.
 */
public final class RequestedAuthorities {
    /**
     * The most, of all names together. Many peers take no handshake message that is much longer, such as Java of 32 KiB; the bundle of
     * a whole system has about 13 KiB.
     */
    static final int MOST_BYTES = 16_384;

    private RequestedAuthorities() {}

    /**
     * Certificates of different subjects, in the order of the files.
     *
     * @return empty if none is to be named; so too if there are more than fit
     */
    public static List<X509Certificate> of(Access access, TrustMaterial material) {
        if (!isByAuthorityAlone(access)) {
            return List.of();
        }
        Map<X500Principal, X509Certificate> named = new LinkedHashMap<>();
        for (X509Certificate certificate : material.certificates()) {
            if (isAuthority(certificate)) {
                named.putIfAbsent(certificate.getSubjectX500Principal(), certificate);
            }
        }
        int bytes = named.keySet().stream()
                .mapToInt(name -> name.getEncoded().length + 2)
                .sum();
        return bytes > MOST_BYTES ? List.of() : List.copyOf(named.values());
    }

    private static boolean isByAuthorityAlone(Access access) {
        if (access instanceof Access.Verified verified) {
            return verified.verification().chain();
        }
        return access instanceof Access.Clients clients
                && clients.authority() != null
                && clients.pins().isEmpty()
                && !clients.invited();
    }

    /** Bundles also hold copies of certificates that sign nothing, and roots of version 1. */
    private static boolean isAuthority(X509Certificate certificate) {
        return certificate.getBasicConstraints() >= 0
                || certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }
}
