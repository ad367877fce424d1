package io.ferrule.admission;

import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The peer's chain leads to an authority of the bundle (RFC 5280 §6), it is meant for this use, and the peer carries an
 * allowed name. Intermediate certificates may stand in the presented chain in any order. A self-signed certificate that is
 * no authority is trusted only if the bundle holds that very certificate, and vouches for itself alone. Authorities outside
 * their dates are not used; the runtime's list of disabled algorithms holds; revocation is not looked up.
 */
final class AuthorityRule implements PeerVerifier {
    /** Real chains have two or three; path building tries combinations, and the peer pays nothing for them. */
    private static final int MAX_PRESENTED = 10;

    private static final int KEY_CERT_SIGN = 5;

    private final PeerKind peer;
    private final Set<TrustAnchor> anchors;
    private final Set<X509Certificate> selfSigned;
    private final NameRule names;
    private final Clock clock;
    private final Validity validity;

    AuthorityRule(PeerKind peer, List<X509Certificate> bundle, NameRule names, Clock clock) {
        if (bundle.isEmpty()) {
            throw new IllegalArgumentException("at least one certificate of an authority is needed");
        }
        this.peer = peer;
        this.anchors = bundle.stream()
                .filter(AuthorityRule::isAuthority)
                .map(c -> new TrustAnchor(c, null))
                .collect(Collectors.toUnmodifiableSet());
        this.selfSigned = bundle.stream().filter(AuthorityRule::isSelfSigned).collect(Collectors.toUnmodifiableSet());
        this.names = names;
        this.clock = clock;
        this.validity = new Validity(clock, false);
    }

    @Override
    public Verdict verify(List<X509Certificate> chain) {
        X509Certificate leaf = chain.get(0);
        Verdict dates = validity.verify(peer, leaf);
        if (!dates.equals(Verdict.TRUSTED)) {
            return dates;
        }
        Verdict trust = selfSigned.contains(leaf) ? purpose(List.of(leaf), chain) : path(leaf, chain);
        return trust.equals(Verdict.TRUSTED) ? name(leaf) : trust;
    }

    private Verdict path(X509Certificate leaf, List<X509Certificate> chain) {
        if (anchors.isEmpty()) {
            return refused(
                    HandshakeFailure.UNTRUSTED,
                    "the bundle holds no authority (CA:TRUE), and not this certificate",
                    chain);
        }
        List<X509Certificate> presented = chain.subList(0, Math.min(chain.size(), MAX_PRESENTED));
        try {
            return purpose(build(leaf, presented, clock.instant()), chain);
        } catch (GeneralSecurityException e) {
            return builtBeforeAnEnd(leaf, presented)
                    ? refused(HandshakeFailure.EXPIRED, "a certificate above it has expired; renew that one", chain)
                    : refused(
                            HandshakeFailure.UNTRUSTED,
                            "no trusted path to an authority of the bundle: " + reason(e),
                            chain);
        }
    }

    private List<? extends Certificate> build(X509Certificate leaf, List<X509Certificate> presented, Instant moment)
            throws GeneralSecurityException {
        // The runtime does not look at the dates of trust anchors.
        Set<TrustAnchor> valid = anchors.stream()
                .filter(a -> Validity.holds(a.getTrustedCert(), moment))
                .collect(Collectors.toSet());
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(valid, target);
        parameters.setDate(Date.from(moment));
        parameters.setRevocationEnabled(false);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(presented)));
        return CertPathBuilder.getInstance("PKIX")
                .build(parameters)
                .getCertPath()
                .getCertificates();
    }

    /** The runtime only says that there is no path; to tell an operator that one has expired, it is tried at its end. */
    private boolean builtBeforeAnEnd(X509Certificate leaf, List<X509Certificate> presented) {
        Instant firstEnd = Stream.concat(
                        presented.stream(),
                        anchors.stream().map(TrustAnchor::getTrustedCert).filter(a -> presented.stream()
                                .anyMatch(c -> c.getIssuerX500Principal().equals(a.getSubjectX500Principal()))))
                .map(c -> c.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        try {
            return firstEnd.isBefore(clock.instant())
                    && !build(leaf, presented, firstEnd).isEmpty();
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The authorities' own restrictions count too, as OpenSSL has it. */
    private Verdict purpose(List<? extends Certificate> path, List<X509Certificate> chain) {
        for (Certificate certificate : path) {
            if (!(certificate instanceof X509Certificate x509) || !peer.mayUse(x509)) {
                return refused(
                        HandshakeFailure.UNTRUSTED,
                        "its extended key usage does not allow a TLS " + peer + "; have one issued that does",
                        chain);
            }
        }
        return Verdict.TRUSTED;
    }

    private Verdict name(X509Certificate leaf) {
        return names.allows(leaf)
                ? Verdict.TRUSTED
                : new Verdict.Refused(
                        HandshakeFailure.NAME_MISMATCH,
                        "the " + peer + "'s certificate is trusted but is not issued for " + names.expected()
                                + "; it carries " + CertificateNames.of(leaf).describe());
    }

    private Verdict refused(HandshakeFailure failure, String why, List<X509Certificate> chain) {
        return new Verdict.Refused(
                failure,
                "the " + peer + "'s certificate is not trusted: " + why + "; " + PresentedChain.describe(peer, chain));
    }

    private static String reason(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return PresentedChain.clean(String.valueOf(deepest.getMessage()));
    }

    /** A certificate of version 1 has no way to say it; standing in the bundle says it for it, as in OpenSSL. */
    private static boolean isAuthority(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return (certificate.getBasicConstraints() >= 0 || certificate.getVersion() < 3)
                && (usage == null || usage[KEY_CERT_SIGN]);
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        try {
            certificate.verify(certificate.getPublicKey());
            return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
