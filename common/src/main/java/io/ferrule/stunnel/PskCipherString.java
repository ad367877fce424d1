package io.ferrule.stunnel;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** OpenSSL's cipher strings, worked out over the suites of TLS 1.2 with pre-shared keys that Ferrule speaks. */
final class PskCipherString {
    /** In OpenSSL's order of strength. */
    static final List<String> SUITES = List.of(
            "DHE-PSK-AES256-GCM-SHA384",
            "DHE-PSK-CHACHA20-POLY1305",
            "ECDHE-PSK-CHACHA20-POLY1305",
            "PSK-AES256-GCM-SHA384",
            "PSK-CHACHA20-POLY1305",
            "DHE-PSK-AES128-GCM-SHA256",
            "PSK-AES128-GCM-SHA256",
            "ECDHE-PSK-AES256-CBC-SHA384",
            "DHE-PSK-AES256-CBC-SHA384",
            "PSK-AES256-CBC-SHA384",
            "ECDHE-PSK-AES128-CBC-SHA256",
            "DHE-PSK-AES128-CBC-SHA256",
            "PSK-AES128-CBC-SHA256");

    private static final Set<String> EVERY = Set.of("ALL", "DEFAULT", "HIGH", "PSK", "APSK");

    private static final Map<String, Predicate<String>> WORDS = Map.ofEntries(
            Map.entry("KPSK", s -> s.startsWith("PSK-")),
            Map.entry("KDHEPSK", s -> s.startsWith("DHE-")),
            Map.entry("KECDHEPSK", s -> s.startsWith("ECDHE-")),
            Map.entry("TLSV1.2", s -> !s.contains("CBC")),
            Map.entry("AEAD", s -> !s.contains("CBC")),
            Map.entry("TLSV1", s -> s.contains("CBC")),
            Map.entry("SHA256", s -> s.endsWith("CBC-SHA256")),
            Map.entry("SHA384", s -> s.endsWith("CBC-SHA384")),
            Map.entry("AES", s -> s.contains("AES")),
            Map.entry("FIPS", s -> s.contains("AES")),
            Map.entry("AESGCM", s -> s.contains("GCM")),
            Map.entry("AES128", s -> s.contains("AES128")),
            Map.entry("AES256", s -> s.contains("AES256")),
            Map.entry("CHACHA20", s -> s.contains("CHACHA20")));

    private PskCipherString() {}

    /** The suites that it leaves, most wanted first; may be empty. */
    static List<String> suites(String text) {
        return CipherString.chosen(text, SUITES, words -> CipherString.meaning(words, EVERY, WORDS));
    }
}
