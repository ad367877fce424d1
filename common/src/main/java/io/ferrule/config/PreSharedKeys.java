package io.ferrule.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The pre-shared keys that clients of an accept leg may have. Only stunnel's configuration reaches this. */
public final class PreSharedKeys {
    private final List<PreSharedKey> keys;
    private final List<String> ciphers;
    private final Map<String, PreSharedKey> byIdentity = new HashMap<>();

    /**
     * Of these.
     *
     * @param keys at least one; of two with one identity the first counts
     * @param ciphers suites of TLS 1.2 by OpenSSL's names, most wanted first; may be empty where only TLS 1.3 is spoken
     */
    public PreSharedKeys(List<PreSharedKey> keys, List<String> ciphers) {
        this.keys = List.copyOf(keys);
        this.ciphers = List.copyOf(ciphers);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("at least one pre-shared key is needed");
        }
        keys.forEach(key -> byIdentity.putIfAbsent(key.identity(), key));
    }

    /** All of them, as they were given. */
    public List<PreSharedKey> keys() {
        return keys;
    }

    /** Suites of TLS 1.2 by OpenSSL's names, most wanted first. */
    public List<String> ciphers() {
        return ciphers;
    }

    /** The key of this identity; empty if there is none. */
    public Optional<PreSharedKey> find(String identity) {
        return Optional.ofNullable(byIdentity.get(identity));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PreSharedKeys that && keys.equals(that.keys) && ciphers.equals(that.ciphers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(keys, ciphers);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "PreSharedKeys[" + keys.size() + " of them]";
    }
}
