package io.ferrule.stunnel;

import io.ferrule.config.TlsVersion;
import java.util.List;
import java.util.Map;

/**
 * {@code securityLevel}: the strength that everything in a handshake needs (SSL_CTX_set_security_level(3)). All that is spoken here
 * is as strong as level 2 asks, whatever lower level is given.
 *
 * @param leastBits 0 up to level 2, then 128, 192 and 256
 */
record SecurityLevel(int leastBits) {
    private static final List<Integer> BITS = List.of(0, 0, 0, 128, 192, 256);
    private static final int WEAKEST_SUITE_BITS = 128;

    /** Suites of TLS 1.2 that are stronger than the weakest. */
    private static final List<String> STRONG_SUITES = List.of(
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305",
            "ECDHE-RSA-CHACHA20-POLY1305");

    private static final Map<String, Integer> GROUPS = Map.of("P-384", 192, "P-521", 260);

    private static final Map<String, Integer> SIGNATURES = Map.of(
            "ecdsa_secp384r1_sha384", 192,
            "ecdsa_secp521r1_sha512", 256,
            "rsa_pss_rsae_sha384", 192,
            "rsa_pss_rsae_sha512", 256,
            "rsa_pkcs1_sha384", 192,
            "rsa_pkcs1_sha512", 256);

    /** Of a section. */
    static SecurityLevel of(StunnelService service) {
        Integer level = service.tls().securityLevel();
        return new SecurityLevel(level == null ? 0 : BITS.get(level));
    }

    /** True if nothing carries a session that is only as strong as a ticket's key, from level 3 on. */
    boolean forbidsTickets() {
        return leastBits > 0;
    }

    /** True if suites and groups have to be left out that are strong enough otherwise, from level 4 on. */
    private boolean leavesOut() {
        return leastBits > WEAKEST_SUITE_BITS;
    }

    /**
     * The newest version: the engine's TLS 1.3 cannot be without AES-128.
     *
     * @throws Refusal if none is left
     */
    TlsVersion newest(TlsVersion minimum, TlsVersion maximum, List<String> notices) throws Refusal {
        if (!leavesOut() || maximum == TlsVersion.TLS_1_2) {
            return maximum;
        }
        if (minimum == TlsVersion.TLS_1_3) {
            throw new Refusal(
                    "securityLevel above 3 is not done by Ferrule with TLS 1.3",
                    "its TLS engine cannot leave AES-128 out of TLS 1.3: allow TLS 1.2, or take level 3");
        }
        notices.add("securityLevel: TLS 1.3 is not spoken, since the TLS engine cannot leave AES-128 out of it");
        return TlsVersion.TLS_1_2;
    }

    /** Of suites of TLS 1.2, of which none means all, those that are left. */
    List<String> suites(List<String> asked) throws Refusal {
        return left(asked, STRONG_SUITES, "ciphers");
    }

    /** Of suites of TLS 1.2 with pre-shared keys those that are left; with DHE the group may be too small from level 3 on. */
    List<String> keySuites(List<String> asked) {
        return leastBits == 0
                ? asked
                : asked.stream()
                        .filter(suite -> suite.startsWith("ECDHE-") && !(leavesOut() && suite.contains("AES128")))
                        .toList();
    }

    /** Of groups, of which none means the engine's choice, those that are left. */
    List<String> groups(List<String> asked) throws Refusal {
        return left(asked, strong(GROUPS), "curves");
    }

    /** What our own keys may sign with; empty for all. */
    List<String> signatures() {
        return leavesOut() ? strong(SIGNATURES) : List.of();
    }

    private List<String> strong(Map<String, Integer> bits) {
        return bits.entrySet().stream()
                .filter(each -> each.getValue() >= leastBits)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private List<String> left(List<String> asked, List<String> strong, String option) throws Refusal {
        if (!leavesOut()) {
            return asked;
        }
        List<String> left = asked.isEmpty()
                ? strong
                : asked.stream().filter(strong::contains).toList();
        if (left.isEmpty()) {
            throw new Refusal(
                    "Failed to initialize TLS context",
                    option + " has none that is as strong as securityLevel asks: " + String.join(", ", strong));
        }
        return left;
    }
}
