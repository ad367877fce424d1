package io.ferrule.psk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bouncycastle.tls.NamedGroup;

/**
 * Key agreement groups of one leg.
 *
 * @param curves numbers (RFC 8422, RFC 8446 §4.2.7), most wanted first; at least one
 */
record PskGroups(List<Integer> curves) {
    /** Finite fields that a server with DHE takes if the client names them (RFC 7919); 2048 bits where it names none. */
    static final List<Integer> FIELDS = List.of(NamedGroup.ffdhe2048, NamedGroup.ffdhe3072, NamedGroup.ffdhe4096);

    static final int NONE = -1;

    private static final Map<String, Integer> CURVES = Map.of(
            "X25519", NamedGroup.x25519,
            "P-256", NamedGroup.secp256r1,
            "P-384", NamedGroup.secp384r1,
            "P-521", NamedGroup.secp521r1);

    PskGroups {
        curves = List.copyOf(curves);
    }

    /**
     * Of the names in our settings.
     *
     * @param names empty for all
     * @throws IllegalArgumentException if none of them is a curve, since those against quantum computers are BoringSSL's alone
     */
    static PskGroups of(List<String> names) {
        List<String> wanted = names.isEmpty() ? List.of("X25519", "P-256", "P-521", "P-384") : names;
        List<Integer> curves =
                wanted.stream().filter(CURVES::containsKey).map(CURVES::get).toList();
        if (curves.isEmpty()) {
            throw new IllegalArgumentException("none of the groups " + String.join(", ", names)
                    + " goes with pre-shared keys; choose of X25519, P-256, P-384, P-521");
        }
        return new PskGroups(curves);
    }

    /** With the finite fields, for a peer that may want these. */
    int[] numbers(boolean fields) {
        List<Integer> all = new ArrayList<>(curves);
        if (fields) {
            all.addAll(FIELDS);
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * The first curve of ours that the client has too.
     *
     * @param offered null if it has named none, which means all (RFC 8422 §4)
     */
    int common(int @org.jspecify.annotations.Nullable [] offered) {
        return curves.stream()
                .filter(curve -> offered == null || Arrays.stream(offered).anyMatch(o -> o == curve))
                .findFirst()
                .orElse(NONE);
    }

    /** As our sessions name it, such as {@code P-256} or {@code ffdhe2048}; {@code none} without one. */
    static String name(int group) {
        for (Map.Entry<String, Integer> curve : CURVES.entrySet()) {
            if (curve.getValue() == group) {
                return curve.getKey();
            }
        }
        return group == NONE ? "none" : NamedGroup.getName(group);
    }
}
