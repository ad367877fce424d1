package io.ferrule.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A key that both sides of a connection have (RFC 4279, RFC 8446 §2.2), which no log, error or {@link #toString} ever shows. */
public final class PreSharedKey {
    private final String identity;
    private final byte[] key;

    /**
     * Of the key a copy is kept.
     *
     * @param identity what the client calls the key; sent in UTF-8, where everybody on the way can read it
     */
    public PreSharedKey(String identity, byte[] key) {
        this.identity = identity;
        this.key = key.clone();
    }

    /** What the client calls the key. */
    public String identity() {
        return identity;
    }

    /** The same as it is sent. */
    public byte[] identityBytes() {
        return identity.getBytes(StandardCharsets.UTF_8);
    }

    /** A copy of the key itself, for the one place that needs it. */
    public byte[] reveal() {
        return key.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PreSharedKey one
                && identity.equals(one.identity)
                && MessageDigest.isEqual(key, one.key);
    }

    @Override
    public int hashCode() {
        return identity.hashCode();
    }

    @Override
    public String toString() {
        return "(pre-shared key " + identity + ")";
    }
}
