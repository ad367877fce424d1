package io.ferrule.token;

import java.security.SecureRandom;
import java.util.Arrays;

/** EMSA-PSS (RFC 8017 §9.1.1) for tokens that know the bare RSA operation only, with a salt as long as the digest. */
final class PssEncoding {
    private static final SecureRandom RANDOM = new SecureRandom();

    private PssEncoding() {}

    /**
     * What is signed instead of the message.
     *
     * @param modulusBits of the key
     * @return as many bytes as the modulus has
     */
    static byte[] of(SignatureScheme scheme, byte[] message, int modulusBits) {
        int hashBytes = scheme.bits() / Byte.SIZE;
        byte[] salt = new byte[hashBytes];
        RANDOM.nextBytes(salt);
        int bits = modulusBits - 1;
        int bytes = (bits + 7) / Byte.SIZE;
        byte[] withSalt = new byte[Byte.SIZE + 2 * hashBytes];
        System.arraycopy(scheme.digest(message), 0, withSalt, Byte.SIZE, hashBytes);
        System.arraycopy(salt, 0, withSalt, Byte.SIZE + hashBytes, hashBytes);
        byte[] hash = scheme.digest(withSalt);

        int maskedBytes = bytes - hashBytes - 1;
        byte[] masked = mask(scheme, hash, maskedBytes);
        masked[maskedBytes - hashBytes - 1] ^= 1;
        for (int i = 0; i < hashBytes; i++) {
            masked[maskedBytes - hashBytes + i] ^= salt[i];
        }
        masked[0] &= (byte) (0xFF >>> (Byte.SIZE * bytes - bits));

        byte[] encoded = Arrays.copyOf(masked, bytes);
        System.arraycopy(hash, 0, encoded, maskedBytes, hashBytes);
        encoded[bytes - 1] = (byte) 0xBC;
        int modulusBytes = (modulusBits + 7) / Byte.SIZE;
        byte[] whole = new byte[modulusBytes];
        System.arraycopy(encoded, 0, whole, modulusBytes - bytes, bytes);
        return whole;
    }

    /** MGF1 (RFC 8017 §B.2.1). */
    private static byte[] mask(SignatureScheme scheme, byte[] seed, int bytes) {
        byte[] mask = new byte[bytes];
        byte[] counted = Arrays.copyOf(seed, seed.length + Integer.BYTES);
        for (int at = 0, counter = 0; at < bytes; counter++) {
            for (int i = 0; i < Integer.BYTES; i++) {
                counted[seed.length + i] = (byte) (counter >>> (Byte.SIZE * (Integer.BYTES - 1 - i)));
            }
            byte[] block = scheme.digest(counted);
            System.arraycopy(block, 0, mask, at, Math.min(block.length, bytes - at));
            at += block.length;
        }
        return mask;
    }
}
