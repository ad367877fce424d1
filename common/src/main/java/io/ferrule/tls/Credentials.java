package io.ferrule.tls;

import io.ferrule.pki.KeyMaterial;
import io.ferrule.token.TokenKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one context can show of itself, each chain with its key once, however many services show it. */
final class Credentials {
    private final Map<KeyMaterial, NativeCredential> byMaterial = new HashMap<>();
    private final Map<KeyMaterial, TokenCredential> inTokens = new HashMap<>();

    /**
     * Takes them over into BoringSSL.
     *
     * @param signatures names of the algorithms they may sign with; empty for all
     * @throws Exception if BoringSSL or {@link SignatureAlgorithm} refuses one; nothing is left behind
     */
    Credentials(List<KeyMaterial> own, List<String> signatures) throws Exception {
        SignatureAlgorithm.requireUse(signatures, own);
        try {
            for (KeyMaterial material : own) {
                TokenKey key = material.inToken();
                if (key != null) {
                    requireAll(signatures);
                    if (!inTokens.containsKey(material)) {
                        inTokens.put(material, new TokenCredential(material, key));
                    }
                } else if (!byMaterial.containsKey(material)) {
                    int[] allowed = SignatureAlgorithm.allowed(signatures, material);
                    byMaterial.put(material, NativeCredential.of(material, allowed));
                }
            }
        } catch (Exception e) {
            free();
            throw e;
        }
    }

    /** BoringSSL is told the algorithms of keys that are its own only. */
    private static void requireAll(List<String> signatures) {
        if (!signatures.isEmpty()) {
            throw new IllegalArgumentException(
                    "tls-signatures: how a key in a token signs cannot be chosen: remove it, or give the key as a file");
        }
    }

    /**
     * Checks that a connection can show each of some.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static void requireShowable(List<KeyMaterial> own) {
        if (own.stream().filter(each -> each.inToken() != null).count() > 1) {
            throw new IllegalArgumentException(
                    "certificate: one key in a token can be shown, beside others in files, and here are several:"
                            + " remove all but one, or give each a server name of its own below names");
        }
    }

    /**
     * Lets a connection show some of them: whichever comes first of those that suit the peer, and one in a token last.
     *
     * @return the key in a token, if there is one; it signs if that is asked for
     */
    @Nullable
    TokenKey addTo(NativeConnection connection, List<KeyMaterial> own) throws Exception {
        TokenKey key = null;
        for (KeyMaterial material : inOrder(own)) {
            NativeCredential credential = byMaterial.get(material);
            TokenCredential inToken = inTokens.get(material);
            if (credential != null) {
                credential.addTo(connection.id());
            } else if (inToken != null) {
                key = inToken.addTo(connection);
            }
        }
        return key;
    }

    /** True if some key is not here. */
    boolean needTokens() {
        return !inTokens.isEmpty();
    }

    /** ECDSA costs a server a tenth of what RSA does, so clients that take both get ECDSA. */
    static List<KeyMaterial> inOrder(List<KeyMaterial> own) {
        return own.size() < 2
                ? own
                : own.stream()
                        .sorted(Comparator.comparingInt(Credentials::rank))
                        .toList();
    }

    private static int rank(KeyMaterial material) {
        return switch (material.leaf().getPublicKey().getAlgorithm()) {
            case "EC" -> 0;
            case "RSA" -> 1;
            default -> 2; // Ed25519, which few peers take
        };
    }

    void staple(KeyMaterial leafOf, byte @Nullable [] ocspResponse) throws Exception {
        for (Map.Entry<KeyMaterial, NativeCredential> each : byMaterial.entrySet()) {
            if (each.getKey().leaf().equals(leafOf.leaf())) {
                each.getValue().staple(ocspResponse);
            }
        }
        inTokens.forEach((material, credential) -> {
            if (material.leaf().equals(leafOf.leaf())) {
                credential.staple(ocspResponse);
            }
        });
    }

    void free() {
        byMaterial.values().forEach(NativeCredential::free);
        inTokens.values().forEach(TokenCredential::free);
    }
}
