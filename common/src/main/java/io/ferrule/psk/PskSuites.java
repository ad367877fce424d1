package io.ferrule.psk;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bouncycastle.tls.CipherSuite;

/** Suites with pre-shared keys: their names in OpenSSL, and their numbers. */
final class PskSuites {
    /** An external key of stunnel's and OpenSSL's goes with SHA-256 (RFC 8446 §4.2.11), and so do these. */
    private static final int[] TLS_1_3 = {CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_CHACHA20_POLY1305_SHA256};

    private static final Map<String, Integer> TLS_1_2 = Map.ofEntries(
            Map.entry("ECDHE-PSK-CHACHA20-POLY1305", CipherSuite.TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256),
            Map.entry("ECDHE-PSK-AES256-CBC-SHA384", CipherSuite.TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384),
            Map.entry("ECDHE-PSK-AES128-CBC-SHA256", CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256),
            Map.entry("DHE-PSK-AES256-GCM-SHA384", CipherSuite.TLS_DHE_PSK_WITH_AES_256_GCM_SHA384),
            Map.entry("DHE-PSK-CHACHA20-POLY1305", CipherSuite.TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256),
            Map.entry("DHE-PSK-AES128-GCM-SHA256", CipherSuite.TLS_DHE_PSK_WITH_AES_128_GCM_SHA256),
            Map.entry("DHE-PSK-AES256-CBC-SHA384", CipherSuite.TLS_DHE_PSK_WITH_AES_256_CBC_SHA384),
            Map.entry("DHE-PSK-AES128-CBC-SHA256", CipherSuite.TLS_DHE_PSK_WITH_AES_128_CBC_SHA256),
            Map.entry("PSK-AES256-GCM-SHA384", CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384),
            Map.entry("PSK-CHACHA20-POLY1305", CipherSuite.TLS_PSK_WITH_CHACHA20_POLY1305_SHA256),
            Map.entry("PSK-AES128-GCM-SHA256", CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256),
            Map.entry("PSK-AES256-CBC-SHA384", CipherSuite.TLS_PSK_WITH_AES_256_CBC_SHA384),
            Map.entry("PSK-AES128-CBC-SHA256", CipherSuite.TLS_PSK_WITH_AES_128_CBC_SHA256));

    private static final Map<Integer, String> NAMES = names();

    private PskSuites() {}

    private static Map<Integer, String> names() {
        Map<Integer, String> names = new HashMap<>();
        TLS_1_2.forEach((name, number) -> names.put(number, name));
        names.put(CipherSuite.TLS_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256");
        names.put(CipherSuite.TLS_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256");
        return Map.copyOf(names);
    }

    /**
     * Those of both versions.
     *
     * @param tls12 names of TLS 1.2's, most wanted first
     * @throws IllegalArgumentException naming one that there is not
     */
    static int[] numbers(boolean tls13, List<String> tls12) {
        IntStream older = tls12.stream().mapToInt(name -> {
            Integer number = TLS_1_2.get(name);
            if (number == null) {
                throw new IllegalArgumentException(name + " is no suite with pre-shared keys that is spoken here");
            }
            return number;
        });
        return IntStream.concat(tls13 ? IntStream.of(TLS_1_3) : IntStream.empty(), older)
                .toArray();
    }

    /** As OpenSSL names it. */
    static String name(int suite) {
        return NAMES.getOrDefault(suite, "0x%04X".formatted(suite));
    }
}
