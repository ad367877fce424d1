package io.ferrule.token;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The ways in which a key in a token can sign a handshake, as RFC 8446 §4.2.3 numbers them. */
public enum SignatureScheme {
    RSA_PKCS1_SHA256(0x0401, 256, "3031300d060960864801650304020105000420"),
    RSA_PKCS1_SHA384(0x0501, 384, "3041300d060960864801650304020205000430"),
    RSA_PKCS1_SHA512(0x0601, 512, "3051300d060960864801650304020305000440"),
    RSA_PSS_RSAE_SHA256(0x0804, 256, ""),
    RSA_PSS_RSAE_SHA384(0x0805, 384, ""),
    RSA_PSS_RSAE_SHA512(0x0806, 512, ""),
    ECDSA_SECP256R1_SHA256(0x0403, 256, ""),
    ECDSA_SECP384R1_SHA384(0x0503, 384, ""),
    ECDSA_SECP521R1_SHA512(0x0603, 512, "");

    private final int code;
    private final int bits;
    private final String digestInfo; // hexadecimal; RFC 8017 §9.2, what stands before the digest

    SignatureScheme(int code, int bits, String digestInfo) {
        this.code = code;
        this.bits = bits;
        this.digestInfo = digestInfo;
    }

    /** By its number on the wire; empty if no token is asked for it. */
    public static Optional<SignatureScheme> of(int code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }

    /** Of the hash. */
    int bits() {
        return bits;
    }

    boolean isPss() {
        return name().startsWith("RSA_PSS");
    }

    boolean isEcdsa() {
        return name().startsWith("ECDSA");
    }

    byte[] digest(byte[] message) {
        try {
            return MessageDigest.getInstance("SHA-" + bits).digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** What {@link Mechanism#RSA_PKCS1} is given. */
    byte[] digestInfo(byte[] message) {
        byte[] digest = digest(message);
        byte[] before = HexFormat.of().parseHex(digestInfo);
        byte[] whole = Arrays.copyOf(before, before.length + digest.length);
        System.arraycopy(digest, 0, whole, before.length, digest.length);
        return whole;
    }

    /** Two numbers, as a token has them, in the encoding that TLS has (RFC 3279 §2.2.3). */
    static byte[] ecdsa(byte[] numbers) {
        int half = numbers.length / 2;
        byte[] r = integer(Arrays.copyOf(numbers, half));
        byte[] s = integer(Arrays.copyOfRange(numbers, half, numbers.length));
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.write(0x30);
        int length = r.length + s.length;
        if (length > 127) {
            der.write(0x81); // P-521
        }
        der.write(length);
        der.writeBytes(r);
        der.writeBytes(s);
        return der.toByteArray();
    }

    private static byte[] integer(byte[] unsigned) {
        byte[] value = new BigInteger(1, unsigned).toByteArray();
        byte[] der = new byte[2 + value.length];
        der[0] = 2;
        der[1] = (byte) value.length;
        System.arraycopy(value, 0, der, 2, value.length);
        return der;
    }

    /** True if the key that belongs to this one made the signature. */
    boolean verifies(PublicKey key, byte[] message, byte[] signature) {
        String hash = "SHA" + bits;
        try {
            Signature verifier =
                    Signature.getInstance(isEcdsa() ? hash + "withECDSA" : isPss() ? "RSASSA-PSS" : hash + "withRSA");
            if (isPss()) {
                String name = "SHA-" + bits;
                verifier.setParameter(
                        new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), bits / Byte.SIZE, 1));
            }
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
