package io.ferrule.tls;

import io.ferrule.pki.KeyMaterial;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one context can show of itself, each chain with its key once, however many services show it. */
final class Credentials {
    private final Map<KeyMaterial, NativeCredential> byMaterial = new HashMap<>();

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
                if (!byMaterial.containsKey(material)) {
                    int[] allowed = SignatureAlgorithm.allowed(signatures, material);
                    byMaterial.put(material, NativeCredential.of(material, allowed));
                }
            }
        } catch (Exception e) {
            free();
            throw e;
        }
    }

    /** Lets a connection show some of them: whichever comes first of those that suit the peer. */
    void addTo(NativeConnection connection, List<KeyMaterial> own) throws Exception {
        for (KeyMaterial material : inOrder(own)) {
            NativeCredential credential = byMaterial.get(material);
            if (credential != null) {
                credential.addTo(connection.id());
            }
        }
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
    }

    void free() {
        byMaterial.values().forEach(NativeCredential::free);
    }
}
