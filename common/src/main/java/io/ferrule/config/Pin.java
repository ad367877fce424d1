package io.ferrule.config;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;

/**
 * The SHA-256 of a public key's SubjectPublicKeyInfo, written {@code sha256/BASE64} (RFC 7469 §2.4). It names a key, not a
 * certificate: a certificate renewed with the same key keeps its pin.
 */
public final class Pin {
    private static final String PREFIX = "sha256/";
    private static final int DIGEST_BYTES = 32;

    private final byte[] digest;

    private Pin(byte[] digest) {
        this.digest = digest;
    }

    /**
     * Reads {@code sha256/BASE64}.
     *
     * @throws IllegalArgumentException with a sentence for the operator if it is not that, or not 32 bytes
     */
    public static Pin parse(String text) {
        String t = text.strip();
        if (!t.startsWith(PREFIX)) {
            throw notAPin(text);
        }
        byte[] digest;
        try {
            digest = Base64.getDecoder().decode(t.substring(PREFIX.length()));
        } catch (IllegalArgumentException notBase64) {
            throw notAPin(text);
        }
        if (digest.length != DIGEST_BYTES) {
            throw notAPin(text);
        }
        return new Pin(digest);
    }

    /** The pin of a certificate's key. */
    public static Pin of(X509Certificate certificate) {
        return of(certificate.getPublicKey());
    }

    /** The pin of a public key. */
    public static Pin of(PublicKey key) {
        try {
            return new Pin(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pin pin && MessageDigest.isEqual(digest, pin.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    /** {@code sha256/BASE64}, ready to paste. */
    @Override
    public String toString() {
        return PREFIX + Base64.getEncoder().encodeToString(digest);
    }

    private static IllegalArgumentException notAPin(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not a pin: write sha256/ and the Base64 of a SHA-256 (44 characters)");
    }
}
