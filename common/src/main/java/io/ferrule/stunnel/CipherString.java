package io.ferrule.stunnel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * OpenSSL's cipher strings (openssl-ciphers(1)), such as {@code HIGH:!aNULL}, worked out over the suites of TLS 1.2 that Ferrule
 * speaks: those with an ephemeral key and authenticated encryption. Words that stand for others only name none of these.
 */
final class CipherString {
    private static final String ECDSA = "ECDHE-ECDSA-";
    private static final String RSA = "ECDHE-RSA-";

    /** In OpenSSL's order of strength. */
    private static final List<String> SUITES = List.of(
            ECDSA + "AES256-GCM-SHA384",
            RSA + "AES256-GCM-SHA384",
            ECDSA + "CHACHA20-POLY1305",
            RSA + "CHACHA20-POLY1305",
            ECDSA + "AES128-GCM-SHA256",
            RSA + "AES128-GCM-SHA256");

    private static final Set<String> EVERY =
            Set.of("ALL", "DEFAULT", "HIGH", "TLSV1.2", "AEAD", "ECDHE", "EECDH", "KECDHE", "KEECDH");

    private static final Map<String, Predicate<String>> WORDS = Map.ofEntries(
            Map.entry("ECDSA", s -> s.startsWith(ECDSA)),
            Map.entry("AECDSA", s -> s.startsWith(ECDSA)),
            Map.entry("ARSA", s -> s.startsWith(RSA)),
            Map.entry("AES", s -> s.contains("AES")),
            Map.entry("AESGCM", s -> s.contains("GCM")),
            Map.entry("FIPS", s -> s.contains("GCM")),
            Map.entry("AES128", s -> s.contains("AES128")),
            Map.entry("AES256", s -> s.contains("AES256")),
            Map.entry("CHACHA20", s -> s.contains("CHACHA20")));

    private CipherString() {}

    /** The suites that it leaves, most wanted first; may be empty. */
    static List<String> suites(String text) {
        return chosen(text, SUITES, CipherString::meaning);
    }

    /**
     * Works a string out over these suites.
     *
     * @param all in OpenSSL's order of strength
     * @param meanings of words, or of several that are joined by a plus
     */
    static List<String> chosen(String text, List<String> all, Function<String, Predicate<String>> meanings) {
        List<String> chosen = new ArrayList<>();
        List<String> left = new ArrayList<>(all);
        for (String word : text.split("[:, ;]+", -1)) {
            if (word.isEmpty() || word.startsWith("@")) {
                continue; // @STRENGTH is the order anyway, and @SECLEVEL asks for less than what is spoken
            }
            boolean signed = "!-+".indexOf(word.charAt(0)) >= 0;
            Predicate<String> meant = meanings.apply(signed ? word.substring(1) : word);
            switch (word.charAt(0)) {
                case '!' -> {
                    chosen.removeIf(meant);
                    left.removeIf(meant);
                }
                case '-' -> chosen.removeIf(meant);
                case '+' -> chosen.sort((a, b) -> Boolean.compare(meant.test(a), meant.test(b)));
                default ->
                    left.stream().filter(meant).filter(s -> !chosen.contains(s)).forEach(chosen::add);
            }
        }
        return List.copyOf(chosen);
    }

    static Fate fate(String text, Fate usual) {
        if (suites(text).isEmpty() && PskCipherString.suites(text).isEmpty()) {
            return Fate.refused(
                    "it names no suite of TLS 1.2 with an ephemeral key and authenticated encryption, which are "
                            + String.join(", ", SUITES) + ", and none with pre-shared keys");
        }
        boolean plain = Arrays.stream(text.split("[:, ;]+", -1)).allMatch(SUITES::contains);
        return plain ? Fate.HONOURED : usual;
    }

    private static Predicate<String> meaning(String words) {
        return meaning(words, EVERY, WORDS);
    }

    /**
     * Words joined by a plus all have to hold.
     *
     * @param every words that hold for every suite
     * @param some words that hold for some
     */
    static Predicate<String> meaning(String words, Set<String> every, Map<String, Predicate<String>> some) {
        Predicate<String> all = s -> true;
        for (String word : words.split("\\+", -1)) {
            String w = word.toUpperCase(Locale.ROOT);
            all = all.and(every.contains(w) ? s -> true : some.getOrDefault(w, s -> s.equals(w)));
        }
        return all;
    }
}
