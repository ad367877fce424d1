package io.ferrule.pki;

import io.ferrule.config.TicketSecrets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that seals session tickets, made from the two secrets of a stunnel.conf, so that every process with the same secrets
 * continues the others' sessions. It is HKDF with SHA-256 (RFC 5869): without both secrets nobody can make it, and it tells
 * nothing of either.
 */
public final class DerivedTicketKey {
    private static final String MAC = "HmacSHA256";

    /** Another form of our tickets has to have another label. */
    private static final byte[] INFO = "ferrule session ticket key 1".getBytes(StandardCharsets.US_ASCII);

    private DerivedTicketKey() {}

    /** A name, an HMAC key and an AES key, together {@link TicketKeyFile#KEY_BYTES}. */
    public static byte[] of(TicketSecrets secrets) {
        byte[] key = secrets.keyBytes();
        byte[] mac = secrets.macBytes();
        // Both have their length in front, so that no other pair makes the same input.
        byte[] input = ByteBuffer.allocate(2 + key.length + mac.length)
                .put((byte) key.length)
                .put(key)
                .put((byte) mac.length)
                .put(mac)
                .array();
        try {
            return expand(extract(new byte[32], input), INFO, TicketKeyFile.KEY_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(mac, (byte) 0);
            Arrays.fill(input, (byte) 0);
        }
    }

    /** RFC 5869 §2.2. */
    static byte[] extract(byte[] salt, byte[] input) throws GeneralSecurityException {
        return keyed(salt).doFinal(input);
    }

    /** RFC 5869 §2.3; at most 255 times 32 bytes. */
    static byte[] expand(byte[] pseudorandom, byte[] info, int bytes) throws GeneralSecurityException {
        Mac mac = keyed(pseudorandom);
        ByteBuffer out = ByteBuffer.allocate(bytes);
        byte[] block = new byte[0];
        for (int i = 1; out.hasRemaining(); i++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) i);
            block = mac.doFinal();
            out.put(block, 0, Math.min(block.length, out.remaining()));
        }
        return out.array();
    }

    private static Mac keyed(byte[] key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(MAC);
        mac.init(new SecretKeySpec(key, MAC));
        return mac;
    }
}
