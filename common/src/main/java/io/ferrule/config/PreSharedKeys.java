package io.ferrule.config;

import java.util.List;
import java.util.Optional;

/**
 * The pre-shared keys that clients of an accept leg may have. Only stunnel's configuration reaches this.
 *
 * @param keys at least one; of two with one identity the first counts
 * @param ciphers suites of TLS 1.2 by OpenSSL's names, most wanted first; may be empty where only TLS 1.3 is spoken
 */
public record PreSharedKeys(List<PreSharedKey> keys, List<String> ciphers) {
    public PreSharedKeys {
        keys = List.copyOf(keys);
        ciphers = List.copyOf(ciphers);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("at least one pre-shared key is needed");
        }
    }

    /** The key of this identity; empty if there is none. */
    public Optional<PreSharedKey> find(String identity) {
        return keys.stream().filter(key -> key.identity().equals(identity)).findFirst();
    }
}
