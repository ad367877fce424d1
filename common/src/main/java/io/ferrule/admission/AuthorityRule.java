package io.ferrule.admission;

import io.ferrule.connection.HandshakeFailure;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The peer's chain leads to an authority of the bundle (RFC 5280 §6), it is meant for this use, no certificate on the way is
 * denied or revoked, and the peer carries an allowed name. Intermediate certificates may stand in the presented chain in any
 * order. A self-signed certificate that is no authority is trusted only if the bundle holds that very certificate, and vouches for
 * itself alone. Authorities outside their dates are not used; the runtime's list of disabled algorithms holds.
 */
final class AuthorityRule implements PeerRule {
    /** Real chains have two or three; path building tries combinations, and the peer pays nothing for them. */
    private static final int MAX_PRESENTED = 10;

    private static final int KEY_CERT_SIGN = 5;
    private static final int SHOWN = 5;

    private final PeerKind peer;
    private final Set<TrustAnchor> anchors;
    private final List<X509Certificate> between;
    private final Set<X509Certificate> selfSigned;
    private final Map<X509Certificate, List<X509Certificate>> above;
    private final DenyList denied;
    private final RevocationLists revoked;
    private final NameRule names;
    private final Clock clock;
    private final Validity validity;

    AuthorityRule(PeerKind peer, TrustMaterial material, RevocationLists revoked, NameRule names, Clock clock) {
        this(peer, material, revoked, names, clock, false);
    }

    /**
     * The same, but an authority of the bundle that another has signed does not end a path, it may only be a part of it. OpenSSL has it
     * that way unless X509_V_FLAG_PARTIAL_CHAIN is set, and so has stunnel.
     */
    static AuthorityRule upToRoots(
            PeerKind peer, TrustMaterial material, RevocationLists revoked, NameRule names, Clock clock) {
        return new AuthorityRule(peer, material, revoked, names, clock, true);
    }

    private AuthorityRule(
            PeerKind peer,
            TrustMaterial material,
            RevocationLists revoked,
            NameRule names,
            Clock clock,
            boolean upToRoots) {
        List<X509Certificate> bundle = material.certificates();
        if (bundle.isEmpty()) {
            throw new IllegalArgumentException("at least one certificate of an authority is needed");
        }
        this.peer = peer;
        this.selfSigned = bundle.stream().filter(AuthorityRule::isSelfSigned).collect(Collectors.toUnmodifiableSet());
        this.between = bundle.stream()
                .filter(c -> upToRoots && isAuthority(c) && !selfSigned.contains(c))
                .toList();
        this.anchors = bundle.stream()
                .filter(c -> isAuthority(c) && !between.contains(c))
                .map(c -> new TrustAnchor(c, null))
                .collect(Collectors.toUnmodifiableSet());
        this.above = above(bundle.stream().filter(AuthorityRule::isAuthority).toList());
        this.denied = material.denied();
        this.revoked = revoked;
        this.names = names;
        this.clock = clock;
        this.validity = new Validity(clock, false);
    }

    @Override
    public Optional<Doubt> judge(List<X509Certificate> chain) {
        X509Certificate leaf = chain.get(0);
        List<X509Certificate> presented = chain.subList(0, Math.min(chain.size(), MAX_PRESENTED));
        Optional<Doubt> dates = validity.judge(peer, leaf);
        if (dates.isPresent()) {
            return selfSigned.contains(leaf) || isBuilt(leaf, presented, momentOf(leaf))
                    ? dates
                    : Optional.of(untrusted("no trusted path to an authority of the bundle"));
        }
        return selfSigned.contains(leaf) ? purpose(List.of(leaf)).or(() -> name(leaf)) : path(leaf, presented);
    }

    private Optional<Doubt> path(X509Certificate leaf, List<X509Certificate> presented) {
        if (anchors.isEmpty()) {
            return Optional.of(untrusted("the bundle holds no " + (between.isEmpty() ? "authority" : "root")
                    + " (CA:TRUE), and not this certificate"));
        }
        Instant now = clock.instant();
        try {
            PKIXCertPathBuilderResult built = build(leaf, presented, now);
            List<X509Certificate> line = line(built);
            return purpose(built.getCertPath().getCertificates())
                    .or(() -> denied.judge(peer, line))
                    .or(() -> revoked.judge(line, now))
                    .or(() -> name(leaf));
        } catch (GeneralSecurityException e) {
            return Optional.of(
                    builtBeforeAnEnd(leaf, presented)
                            ? new Doubt(
                                    HandshakeFailure.EXPIRED,
                                    notTrusted("a certificate above it has expired; renew that one"))
                            : untrusted("no trusted path to an authority of the bundle: " + reason(e)));
        }
    }

    private PKIXCertPathBuilderResult build(X509Certificate leaf, List<X509Certificate> presented, Instant moment)
            throws GeneralSecurityException {
        // The runtime does not look at the dates of trust anchors.
        Set<TrustAnchor> valid = anchors.stream()
                .filter(a -> Validity.holds(a.getTrustedCert(), moment))
                .collect(Collectors.toSet());
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(valid, target);
        parameters.setDate(Date.from(moment));
        parameters.setRevocationEnabled(false); // done below, without the network and without a signature each time
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(presented)));
        if (!between.isEmpty()) {
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(between)));
        }
        return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    }

    /**
     * The path with its anchor, and what stands above the anchor in the bundle: an intermediate authority of the bundle ends the
     * path, but its own revocation counts all the same.
     */
    private List<X509Certificate> line(PKIXCertPathBuilderResult built) {
        List<X509Certificate> line = new ArrayList<>();
        for (Certificate certificate : built.getCertPath().getCertificates()) {
            line.add((X509Certificate) certificate);
        }
        X509Certificate anchor = built.getTrustAnchor().getTrustedCert();
        if (!line.contains(anchor)) {
            line.add(anchor);
        }
        line.addAll(above.getOrDefault(anchor, List.of()));
        return line;
    }

    /** For each authority those that stand above it, nearest first. */
    private static Map<X509Certificate, List<X509Certificate>> above(List<X509Certificate> authorities) {
        Map<X509Certificate, List<X509Certificate>> all = new HashMap<>();
        for (X509Certificate authority : authorities) {
            List<X509Certificate> line = new ArrayList<>();
            Optional<X509Certificate> next = issuer(authority, authorities);
            while (next.isPresent() && !line.contains(next.get()) && !next.get().equals(authority)) {
                line.add(next.get());
                next = issuer(next.get(), authorities);
            }
            all.put(authority, List.copyOf(line));
        }
        return Map.copyOf(all);
    }

    private static Optional<X509Certificate> issuer(X509Certificate certificate, List<X509Certificate> authorities) {
        return authorities.stream()
                .filter(a -> !a.equals(certificate)
                        && a.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
                        && isSignedBy(certificate, a.getPublicKey()))
                .findFirst();
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
        return firstEnd.isBefore(clock.instant()) && isBuilt(leaf, presented, firstEnd);
    }

    /** The nearest moment at which a certificate outside its dates was, or will be, inside them. */
    private Instant momentOf(X509Certificate leaf) {
        Instant end = leaf.getNotAfter().toInstant();
        return clock.instant().isAfter(end) ? end : leaf.getNotBefore().toInstant();
    }

    private boolean isBuilt(X509Certificate leaf, List<X509Certificate> presented, Instant moment) {
        try {
            build(leaf, presented, moment);
            return true;
        } catch (GeneralSecurityException noPath) {
            return false;
        }
    }

    /** The authorities' own restrictions count too, as OpenSSL has it. */
    private Optional<Doubt> purpose(List<? extends Certificate> path) {
        for (Certificate certificate : path) {
            if (!(certificate instanceof X509Certificate x509) || !peer.mayUse(x509)) {
                return Optional.of(untrusted(
                        "its extended key usage does not allow a TLS " + peer + "; have one issued that does"));
            }
        }
        return Optional.empty();
    }

    private Optional<Doubt> name(X509Certificate leaf) {
        return names.allows(leaf)
                ? Optional.empty()
                : Optional.of(new Doubt(
                        HandshakeFailure.NAME_MISMATCH,
                        "the " + peer + "'s certificate is trusted but is not issued for " + names.expected()
                                + "; it carries " + CertificateNames.of(leaf).describe()));
    }

    private Doubt untrusted(String why) {
        return new Doubt(HandshakeFailure.UNTRUSTED, notTrusted(why));
    }

    private String notTrusted(String why) {
        return "the " + peer + "'s certificate is not trusted: " + why;
    }

    @Override
    public String name() {
        return "by its authority";
    }

    @Override
    public List<String> words() {
        List<String> words = new ArrayList<>();
        String known = Stream.concat(anchors.stream().map(TrustAnchor::getTrustedCert), selfSigned.stream())
                .distinct()
                .map(c -> PresentedChain.subject(c) + " (until " + PresentedChain.date(c.getNotAfter()) + ")")
                .sorted()
                .limit(SHOWN)
                .collect(Collectors.joining(", or "));
        int all = anchors.size();
        words.add("A " + peer + " is known by a certificate that leads to " + known
                + (all > SHOWN ? ", or " + (all - SHOWN) + " more" : "") + ", " + names.words() + ".");
        words.add(validity.words());
        words.addAll(revoked.words());
        return words;
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
        return isSignedBy(certificate, certificate.getPublicKey())
                && certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static boolean isSignedBy(X509Certificate certificate, PublicKey key) {
        try {
            certificate.verify(key);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
