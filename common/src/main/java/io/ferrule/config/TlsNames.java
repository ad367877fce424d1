package io.ferrule.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names by which operators choose within TLS, and why others are not taken. */
public final class TlsNames {
    /** The suites of TLS 1.2 that are AEAD with forward secrecy (RFC 9325 §4.2), as OpenSSL and as RFC 5246's registry name them. */
    private static final Map<String, String> SUITES = suites();

    /** Key agreement groups, as the engine names them. */
    public static final List<String> GROUPS =
            List.of("X25519MLKEM768", "X25519", "P-256", "P-384", "P-521", "MLKEM1024");

    /** Ways to sign, by their names in RFC 8446 §4.2.3. */
    public static final List<String> SIGNATURES = List.of(
            "ecdsa_secp256r1_sha256",
            "ecdsa_secp384r1_sha384",
            "ecdsa_secp521r1_sha512",
            "ed25519",
            "rsa_pss_rsae_sha256",
            "rsa_pss_rsae_sha384",
            "rsa_pss_rsae_sha512",
            "rsa_pkcs1_sha256",
            "rsa_pkcs1_sha384",
            "rsa_pkcs1_sha512");

    private static final Map<String, String> OTHER_GROUP_NAMES = Map.of(
            "SECP256R1", "P-256",
            "PRIME256V1", "P-256",
            "SECP384R1", "P-384",
            "SECP521R1", "P-521");

    private static final List<String> TLS_1_2_GROUPS = List.of("X25519", "P-256", "P-384", "P-521");

    private TlsNames() {}

    private static Map<String, String> suites() {
        Map<String, String> suites = new LinkedHashMap<>();
        for (String key : List.of("ECDSA", "RSA")) {
            for (String cipher : List.of("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")) {
                String plain = cipher.replace("AES_", "AES")
                        .replace("POLY1305_SHA256", "POLY1305")
                        .replace('_', '-');
                suites.put("ECDHE-" + key + "-" + plain, "TLS_ECDHE_" + key + "_WITH_" + cipher);
            }
        }
        return suites;
    }

    /** All suites that can be chosen, as OpenSSL names them. */
    public static List<String> ciphers() {
        return List.copyOf(SUITES.keySet());
    }

    /**
     * A suite of TLS 1.2 by either of its names.
     *
     * @return its name in OpenSSL
     * @throws IllegalArgumentException with the reason why it cannot be chosen
     */
    static String cipher(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        for (Map.Entry<String, String> suite : SUITES.entrySet()) {
            if (name.equals(suite.getKey()) || name.equals(suite.getValue())) {
                return suite.getKey();
            }
        }
        if (name.matches("TLS_(AES|CHACHA20)_.*")) {
            throw new IllegalArgumentException(
                    name + " is a suite of TLS 1.3, which has the engine's own fixed set, all of them good: remove it");
        }
        boolean known = name.matches("(TLS_)?[A-Z0-9]+([-_][A-Z0-9]+){2,}");
        throw new IllegalArgumentException(Quoted.of(text)
                + (known && !name.matches("(TLS_)?ECDHE.*(GCM|CHACHA20).*")
                        ? " lacks forward secrecy or authenticated encryption (it is not ECDHE with an AEAD cipher)"
                        : " is no suite of the engine")
                + "; choose of " + String.join(", ", ciphers()) + Nearest.hint(name, ciphers()));
    }

    /**
     * A group by one of its names.
     *
     * @throws IllegalArgumentException with those that there are
     */
    static String group(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        String wanted = OTHER_GROUP_NAMES.getOrDefault(name, name);
        if (!GROUPS.contains(wanted)) {
            throw new IllegalArgumentException(Quoted.of(text) + " is no group of the engine; choose of "
                    + String.join(", ", GROUPS) + Nearest.hint(name, GROUPS));
        }
        return wanted;
    }

    /** True if TLS 1.2 knows the group. */
    static boolean isOfTls12(String group) {
        return TLS_1_2_GROUPS.contains(group);
    }

    /**
     * A signature algorithm by its name.
     *
     * @throws IllegalArgumentException with those that there are
     */
    static String signature(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (!SIGNATURES.contains(name)) {
            throw new IllegalArgumentException(Quoted.of(text) + " is nothing that the engine signs with; choose of "
                    + String.join(", ", SIGNATURES) + Nearest.hint(name, SIGNATURES));
        }
        return name;
    }
}
