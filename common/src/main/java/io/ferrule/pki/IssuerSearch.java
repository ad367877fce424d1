package io.ferrule.pki;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the certificate that signed a peer's. One that the peer presents counts only if signatures lead from it to an authority:
 * for RSA a second key can be made under which a given signature holds, so that a stranger's certificate of the right name
 * would pass for the issuer and vouch for a revoked certificate.
 */
final class IssuerSearch {
    /** As many as are looked at where the chain itself is judged. */
    private static final int MAX_PRESENTED = 10;

    private final List<X509Certificate> presented;
    private final List<X509Certificate> authorities;
    private final Set<X509Certificate> seen = new HashSet<>();

    private IssuerSearch(List<X509Certificate> presented, List<X509Certificate> authorities) {
        this.presented = presented;
        this.authorities = authorities;
    }

    /**
     * The issuer of a chain's first certificate.
     *
     * @param authorities the bundle; if it is empty, whatever is presented counts
     * @return empty if it is itself in the bundle, or nothing leads from it to there
     */
    static Optional<Issued> of(List<X509Certificate> chain, List<X509Certificate> authorities) {
        X509Certificate leaf = chain.get(0);
        if (authorities.contains(leaf)) {
            return Optional.empty();
        }
        List<X509Certificate> others = chain.subList(1, Math.min(chain.size(), MAX_PRESENTED));
        return new IssuerSearch(others, authorities).issuer(leaf).map(issuer -> new Issued(leaf, issuer));
    }

    private Optional<X509Certificate> issuer(X509Certificate of) {
        return authorities.stream()
                .filter(authority -> signed(authority, of))
                .findFirst()
                .or(() -> presented.stream()
                        .filter(c -> !c.equals(of) && c.getBasicConstraints() >= 0)
                        .filter(c -> signed(c, of) && leadsToAuthority(c))
                        .findFirst());
    }

    private boolean leadsToAuthority(X509Certificate certificate) {
        return authorities.isEmpty()
                || authorities.contains(certificate)
                || (seen.add(certificate) && issuer(certificate).isPresent());
    }

    /** True if the key of one made the signature of the other, and the names fit. */
    static boolean signed(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }
}
