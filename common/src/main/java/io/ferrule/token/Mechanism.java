package io.ferrule.token;

import java.util.List;

/**
 * A way in which a token makes a signature.
 *
 * @param parameter the numbers of its parameter; empty for none
 */
record Mechanism(long type, List<Long> parameter) {
    /** PKCS #1 v1.5 around what it is given (CKM_RSA_PKCS). */
    static final Mechanism RSA_PKCS1 = new Mechanism(0x1, List.of());
    /** The bare operation on a number as long as the modulus (CKM_RSA_X_509). */
    static final Mechanism RSA_RAW = new Mechanism(0x3, List.of());
    /** On a digest, with two numbers as its result (CKM_ECDSA). */
    static final Mechanism ECDSA = new Mechanism(0x1041, List.of());

    /** CKM_RSA_PKCS_PSS on a digest, with a salt as long as that. */
    static Mechanism pss(SignatureScheme scheme) {
        return switch (scheme.bits()) {
            case 256 -> new Mechanism(0xD, List.of(0x250L, 2L, 32L));
            case 384 -> new Mechanism(0xD, List.of(0x260L, 3L, 48L));
            default -> new Mechanism(0xD, List.of(0x270L, 4L, 64L));
        };
    }
}
