package io.ferrule.admission;

import io.ferrule.admission.PeerRule.Doubt;
import io.ferrule.config.Pin;
import io.ferrule.config.Revocation;
import io.ferrule.connection.HandshakeFailure;
import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Says of each certificate of a path whether its issuer has revoked it (RFC 5280 §6.3), by lists that were verified when they
 * were read: the runtime's own checker would verify a list's signature, over all its megabytes, at each handshake. Lists for a part
 * of the certificates, of changes only, or of several issuers are not understood, and refused then.
 */
public final class RevocationLists {
    private static final int CRL_SIGN = 6;
    private static final String DELTA = "2.5.29.27";
    private static final String DISTRIBUTION_POINT = "2.5.29.28";

    /** Reason code and invalidity date: they change nothing about the entry. */
    private static final Set<String> HARMLESS_IN_ENTRIES = Set.of("2.5.29.21", "2.5.29.24");

    private final boolean used;
    private final boolean allowUnknown;
    private final boolean peerOnly;
    private final Map<Issuer, List<X509CRL>> byIssuer;

    /** An authority as its lists know it: it may have several certificates. */
    private record Issuer(X500Principal name, Pin key) {
        static Issuer of(X509Certificate certificate) {
            return new Issuer(certificate.getSubjectX500Principal(), Pin.of(certificate));
        }
    }

    private RevocationLists(boolean used, Revocation asked, Map<Issuer, List<X509CRL>> byIssuer) {
        this.used = used;
        this.allowUnknown = asked.allowUnknown();
        this.peerOnly = asked.peerOnly();
        this.byIssuer = Map.copyOf(byIssuer);
    }

    /**
     * The lists of a leg, verified. Takes time in proportion to their size.
     *
     * @throws IllegalArgumentException with a sentence for the operator if there are none where some are configured, or one
     *     cannot be used
     */
    static RevocationLists of(Revocation revocation, TrustMaterial material) {
        if (!revocation.crls().isEmpty() && material.crls().isEmpty()) {
            throw new IllegalArgumentException("the files of crl hold no revocation list");
        }
        Map<Issuer, List<X509CRL>> byIssuer = new HashMap<>();
        for (X509CRL crl : material.crls()) {
            problem(crl, material.certificates()).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
            for (X509Certificate authority : material.certificates()) {
                if (isSignedBy(crl, authority)) {
                    List<X509CRL> known = byIssuer.computeIfAbsent(Issuer.of(authority), any -> new ArrayList<>());
                    if (!known.contains(crl)) {
                        known.add(crl);
                    }
                }
            }
        }
        byIssuer.values()
                .forEach(lists ->
                        lists.sort(Comparator.comparing(X509CRL::getThisUpdate).reversed()));
        return new RevocationLists(!material.crls().isEmpty(), revocation, byIssuer);
    }

    /** Why a list cannot be used with these authorities, as a sentence for the operator; empty if it can. */
    public static Optional<String> problem(X509CRL crl, List<X509Certificate> authorities) {
        String list = "the revocation list (CRL) of " + name(crl.getIssuerX500Principal());
        Set<String> critical = critical(crl.getCriticalExtensionOIDs());
        if (critical.contains(DELTA)) {
            return Optional.of(
                    list + " is a delta list, of changes only, which is not supported; give the complete one");
        }
        if (critical.contains(DISTRIBUTION_POINT)) {
            return Optional.of(list + " is for a part of the certificates or for several issuers (issuing distribution"
                    + " point), which is not supported; give one without that extension");
        }
        if (!critical.isEmpty()) {
            return Optional.of(list + " has critical extensions that are not understood: " + critical);
        }
        if (crl.getNextUpdate() == null) {
            return Optional.of(list + " does not say until when it holds (nextUpdate, RFC 5280 §5.1.2.5); have one"
                    + " issued that does");
        }
        if (crl.getSigAlgName().startsWith("MD")) {
            return Optional.of(list + " is signed with " + crl.getSigAlgName() + ", which anybody can forge");
        }
        if (authorities.stream().noneMatch(a -> isSignedBy(crl, a))) {
            return Optional.of(list + " is not signed by an authority of the bundle that may sign lists; add the"
                    + " certificate of its issuer to the bundle, or remove the list");
        }
        return entryProblem(crl).map(problem -> list + problem);
    }

    private static Optional<String> entryProblem(X509CRL crl) {
        Set<? extends X509CRLEntry> entries = crl.getRevokedCertificates();
        for (X509CRLEntry entry : entries == null ? Set.<X509CRLEntry>of() : entries) {
            if (!HARMLESS_IN_ENTRIES.containsAll(critical(entry.getCriticalExtensionOIDs()))) {
                return Optional.of(" has entries with critical extensions that are not understood, such as those of"
                        + " another issuer: " + critical(entry.getCriticalExtensionOIDs()));
            }
        }
        return Optional.empty();
    }

    private static Set<String> critical(@Nullable Set<String> oids) {
        return oids == null ? Set.of() : oids;
    }

    private static boolean isSignedBy(X509CRL crl, X509Certificate authority) {
        boolean[] usage = authority.getKeyUsage();
        if (!authority.getSubjectX500Principal().equals(crl.getIssuerX500Principal())
                || (usage != null && !usage[CRL_SIGN])) {
            return false;
        }
        try {
            crl.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Why a path is not free of revoked certificates, or nobody knows; empty if it is.
     *
     * @param line each certificate issued by the next; of the last nothing is asked
     */
    Optional<Doubt> judge(List<X509Certificate> line, Instant now) {
        List<Doubt> doubts = new ArrayList<>();
        for (int i = 0; used && i < (peerOnly ? Math.min(1, line.size() - 1) : line.size() - 1); i++) {
            judge(line.get(i), line.get(i + 1), now).ifPresent(doubts::add);
        }
        return doubts.stream()
                .filter(d -> !allowUnknown || d.failure() == HandshakeFailure.REVOKED)
                .min(Comparator.comparing(Doubt::failure)); // REVOKED stands before STATUS_UNKNOWN
    }

    private Optional<Doubt> judge(X509Certificate certificate, X509Certificate issuer, Instant now) {
        List<X509CRL> lists = byIssuer.getOrDefault(Issuer.of(issuer), List.of()).stream()
                .filter(crl -> !crl.getThisUpdate().toInstant().isAfter(now))
                .toList();
        if (lists.isEmpty()) {
            return Optional.of(unknown(
                    certificate,
                    "there is no revocation list (CRL) of " + PresentedChain.subject(issuer)
                            + " that holds yet; give it with crl"));
        }
        X509CRL newest = lists.get(0);
        X509CRLEntry entry = newest.getRevokedCertificate(certificate.getSerialNumber());
        if (entry != null) {
            return Optional.of(revoked(certificate, issuer, entry));
        }
        return now.isAfter(newest.getNextUpdate().toInstant())
                ? Optional.of(unknown(
                        certificate,
                        "the revocation list (CRL) of " + PresentedChain.subject(issuer) + " ended on "
                                + newest.getNextUpdate().toInstant() + "; fetch a new one"))
                : Optional.empty();
    }

    private static Doubt revoked(X509Certificate certificate, X509Certificate issuer, X509CRLEntry entry) {
        CRLReason reason = entry.getRevocationReason();
        return new Doubt(
                HandshakeFailure.REVOKED,
                "the certificate " + PresentedChain.subject(certificate) + ", serial "
                        + PresentedChain.serial(certificate) + ", was revoked on "
                        + PresentedChain.date(entry.getRevocationDate()) + " by " + PresentedChain.subject(issuer)
                        + ", reason: "
                        + (reason == null
                                ? "none given"
                                : reason.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    }

    private static Doubt unknown(X509Certificate certificate, String why) {
        return new Doubt(
                HandshakeFailure.STATUS_UNKNOWN,
                "nobody can tell whether the certificate " + PresentedChain.subject(certificate) + ", serial "
                        + PresentedChain.serial(certificate) + ", is revoked: " + why);
    }

    /** The rule in plain sentences. */
    List<String> words() {
        if (!used) {
            return List.of();
        }
        String lists = byIssuer.entrySet().stream()
                .map(e -> name(e.getKey().name()) + " (until " + end(e.getValue()) + ")")
                .sorted()
                .collect(Collectors.joining(", "));
        return List.of(
                (peerOnly ? "It" : "Each certificate of its chain") + " is looked up in the revocation lists of "
                        + lists + "; one that is revoked is refused.",
                allowUnknown
                        ? "Where there is no list, or it has ended, the certificate is accepted all the same."
                        : "Where there is no list, or it has ended, the certificate is refused.");
    }

    private static String end(List<X509CRL> newestFirst) {
        Date end = newestFirst.get(0).getNextUpdate();
        return PresentedChain.date(end);
    }

    private static String name(X500Principal issuer) {
        return PresentedChain.clean(issuer.getName());
    }
}
