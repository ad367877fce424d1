package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Problem;
import io.ferrule.token.TokenKey;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Certificates and keys from wherever they came: each key finds its certificate, and each certificate its issuers. */
final class KeyPool {
    /** More would not be read by anybody. */
    private static final int MOST_NAMED = 4;

    private record OwnCertificate(X509Certificate certificate, String origin) {}

    private record OwnKey(PrivateKey key, String origin) {}

    private record Joined(KeyMaterial material, String origin) {}

    private final List<OwnCertificate> certificates = new ArrayList<>();
    private final List<OwnKey> keys = new ArrayList<>();

    /**
     * Adds all of a content.
     *
     * @param origin the file or option that it came from
     */
    void add(String origin, KeyFileContent content) {
        content.certificates().forEach(each -> certificates.add(new OwnCertificate(each, origin)));
        content.keys().forEach(each -> keys.add(new OwnKey(each, origin)));
    }

    boolean hasCertificate() {
        return !certificates.isEmpty();
    }

    boolean hasKey() {
        return !keys.isEmpty();
    }

    /**
     * One value for each key: ECDSA before RSA before others.
     *
     * @throws OperatorException for every key without a certificate, and for two keys of one kind
     */
    List<KeyMaterial> join() throws OperatorException {
        List<Problem> problems = new ArrayList<>();
        Map<PublicKey, Joined> joined = new LinkedHashMap<>();
        for (OwnKey own : keys) {
            OwnCertificate leaf = leaf(own.key);
            if (leaf == null) {
                problems.add(new Problem(own.origin, unfit(own.key)));
            } else {
                // A key that stands in two files is one.
                joined.putIfAbsent(
                        leaf.certificate.getPublicKey(), new Joined(new KeyMaterial(chain(leaf), own.key), own.origin));
            }
        }
        problems.addAll(oneTooMany(List.copyOf(joined.values())));
        if (!problems.isEmpty()) {
            throw new OperatorException(problems);
        }
        return joined.values().stream()
                .map(Joined::material)
                .sorted(Comparator.comparingInt(KeyPool::rank))
                .toList();
    }

    /** Of several that the key fits the one that was issued last: the others are what it renews. */
    private @Nullable OwnCertificate leaf(PrivateKey key) {
        OwnCertificate newest = null;
        for (OwnCertificate each : certificates) {
            boolean isNewer = newest == null || since(each).isAfter(since(newest));
            if (isNewer && PrivateKeys.fits(key, each.certificate.getPublicKey())) {
                newest = each;
            }
        }
        return newest;
    }

    private static Instant since(OwnCertificate own) {
        return own.certificate.getNotBefore().toInstant();
    }

    private static List<Problem> oneTooMany(List<Joined> all) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Joined> firsts = new LinkedHashMap<>();
        for (Joined each : all) {
            Joined first = firsts.putIfAbsent(kind(each.material), each);
            if (first != null) {
                problems.add(new Problem(
                        each.origin,
                        "holds a second " + kind(each.material) + " key, and one of a kind can be shown: "
                                + described(each) + ", beside " + described(first)
                                + "; remove one of them, or give each a server name of its own below names"));
            }
        }
        return problems;
    }

    private static String described(Joined joined) {
        return joined.material.leaf().getSubjectX500Principal() + " " + joined.material.pin() + " in " + joined.origin;
    }

    private static String kind(KeyMaterial material) {
        String algorithm = material.leaf().getPublicKey().getAlgorithm();
        return algorithm.equals("EC") ? "ECDSA" : algorithm;
    }

    private static int rank(KeyMaterial material) {
        return switch (kind(material)) {
            case "ECDSA" -> 0;
            case "RSA" -> 1;
            default -> 2;
        };
    }

    private String unfit(PrivateKey key) {
        List<String> origins =
                certificates.stream().map(OwnCertificate::origin).distinct().toList();
        String certificatePins = certificates.stream()
                .map(c -> c.certificate.getSubjectX500Principal() + " " + Pin.of(c.certificate))
                .distinct()
                .limit(MOST_NAMED)
                .collect(Collectors.joining(", "));
        String where = origins.size() > MOST_NAMED
                ? "any certificate of " + origins.size() + " files"
                : "the certificate " + String.join(", ", origins);
        return "does not fit " + where + ": the key's pin is " + pin(key) + ", the certificate's " + certificatePins
                + "; name the key that the certificate was made with";
    }

    private static String pin(PrivateKey key) {
        if (key instanceof TokenKey) {
            return "unknown (the key is in its token)";
        }
        try {
            return Pin.of(OlderKeyFormats.publicKeyOf(key)).toString();
        } catch (RuntimeException e) {
            return "unknown (the key is damaged)"; // its numbers may lie outside the curve
        }
    }

    /**
     * Leaf, its issuer, that one's issuer and so on; those of the leaf's own file are taken first. Certificates of this file that
     * are outside this line, such as a second way to another root, keep their order behind it.
     */
    private List<X509Certificate> chain(OwnCertificate leaf) {
        List<X509Certificate> near = from(leaf.origin, true);
        List<X509Certificate> rest = new ArrayList<>(near);
        rest.addAll(from(leaf.origin, false));
        List<X509Certificate> chain = new ArrayList<>();
        X509Certificate next = leaf.certificate;
        while (next != null) {
            X509Certificate last = next;
            chain.add(last);
            rest.removeIf(last::equals);
            next = rest.stream().filter(c -> issued(c, last)).findFirst().orElse(null);
        }
        near.removeIf(c -> chain.contains(c) || isOwn(c));
        near.stream().distinct().forEach(chain::add);
        return chain;
    }

    private List<X509Certificate> from(String origin, boolean same) {
        return certificates.stream()
                .filter(c -> c.origin.equals(origin) == same)
                .map(OwnCertificate::certificate)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private boolean isOwn(X509Certificate certificate) {
        return keys.stream().anyMatch(own -> PrivateKeys.fits(own.key, certificate.getPublicKey()));
    }

    private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // an authority of the same name with another key
        }
    }
}
