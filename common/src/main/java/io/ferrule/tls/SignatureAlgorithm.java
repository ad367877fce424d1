package io.ferrule.tls;

import io.ferrule.pki.KeyMaterial;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ways in which a key of one's own can sign a handshake, as RFC 8446 §4.2.3 names and numbers them. */
enum SignatureAlgorithm {
    ECDSA_SECP256R1_SHA256(0x0403, "EC", 256),
    ECDSA_SECP384R1_SHA384(0x0503, "EC", 384),
    ECDSA_SECP521R1_SHA512(0x0603, "EC", 521),
    ED25519(0x0807, "Ed", 0),
    RSA_PSS_RSAE_SHA256(0x0804, "RSA", 0),
    RSA_PSS_RSAE_SHA384(0x0805, "RSA", 0),
    RSA_PSS_RSAE_SHA512(0x0806, "RSA", 0),
    RSA_PKCS1_SHA256(0x0401, "RSA", 0),
    RSA_PKCS1_SHA384(0x0501, "RSA", 0),
    RSA_PKCS1_SHA512(0x0601, "RSA", 0);

    private final int code;
    private final String keys; // how the names of the keys' algorithms begin; the JDK says EdDSA and Ed25519
    private final int curveBits; // 0 for keys without a curve to choose

    SignatureAlgorithm(int code, String keys, int curveBits) {
        this.code = code;
        this.keys = keys;
        this.curveBits = curveBits;
    }

    /** As in the RFC. */
    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    boolean suits(KeyMaterial material) {
        PublicKey key = material.leaf().getPublicKey();
        if (!key.getAlgorithm().startsWith(keys)) {
            return false;
        }
        return !(key instanceof ECPublicKey ec) || ec.getParams().getOrder().bitLength() == curveBits;
    }

    /**
     * The codes of those with which a key may sign, most wanted first; null for all that suit it.
     *
     * @param names as configured; empty for all
     * @throws IllegalArgumentException if none is left for the key: it would silently never be shown
     */
    static int @Nullable [] allowed(List<String> names, KeyMaterial material) {
        if (names.isEmpty()) {
            return null;
        }
        int[] codes = names.stream()
                .map(SignatureAlgorithm::parse)
                .filter(each -> each.suits(material))
                .mapToInt(each -> each.code)
                .toArray();
        if (codes.length == 0) {
            throw new IllegalArgumentException("the key of " + material.leaf().getSubjectX500Principal()
                    + " can sign with none of tls-signatures: add one of " + labels(suiting(material))
                    + ", or remove the key");
        }
        return codes;
    }

    /**
     * Checks that each is of use.
     *
     * @throws IllegalArgumentException naming the one that no key can sign with
     */
    static void requireUse(List<String> names, List<KeyMaterial> own) {
        for (String name : names) {
            SignatureAlgorithm algorithm = parse(name);
            if (own.stream().noneMatch(algorithm::suits)) {
                List<SignatureAlgorithm> useful = new ArrayList<>();
                own.forEach(each -> useful.addAll(suiting(each)));
                throw new IllegalArgumentException("tls-signatures: no own key can sign with " + name
                        + (useful.isEmpty() ? ": there is none; remove it" : "; those here can: " + labels(useful)));
            }
        }
    }

    private static List<SignatureAlgorithm> suiting(KeyMaterial material) {
        return Arrays.stream(values()).filter(each -> each.suits(material)).toList();
    }

    private static String labels(List<SignatureAlgorithm> algorithms) {
        return algorithms.stream().map(SignatureAlgorithm::label).distinct().collect(Collectors.joining(", "));
    }

    private static SignatureAlgorithm parse(String name) {
        Optional<SignatureAlgorithm> found = Arrays.stream(values())
                .filter(each -> each.label().equals(name))
                .findFirst();
        return found.orElseThrow(() -> new IllegalArgumentException("tls-signatures: the engine does not sign with \""
                + name + "\"; it knows " + labels(List.of(values()))));
    }
}
