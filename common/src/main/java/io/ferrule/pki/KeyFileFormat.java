package io.ferrule.pki;

import java.nio.charset.StandardCharsets;

/** What a file of keys and certificates is. Its first bytes tell, whatever its name. */
enum KeyFileFormat {
    /** RFC 7468. */
    PEM,
    /** RFC 7292, in DER or BER. */
    PKCS12,
    /** Java's own. */
    JKS,
    /** Java's own with better encryption, which is not good either. */
    JCEKS,
    /** One certificate in DER. */
    CERTIFICATE,
    /** Some other DER, such as a key. */
    DER,
    /** None of these. */
    UNKNOWN;

    static KeyFileFormat of(byte[] bytes) {
        if (begins(bytes, 0xfe, 0xed, 0xfe, 0xed)) {
            return JKS;
        }
        if (begins(bytes, 0xce, 0xce, 0xce, 0xce)) {
            return JCEKS;
        }
        if (PemFile.isPem(bytes)) {
            return PEM;
        }
        return bytes.length > 1 && bytes[0] == 0x30 ? sequence(bytes) : UNKNOWN;
    }

    /** PKCS#12 begins with the number 3 (RFC 7292 §4), a certificate with another sequence (RFC 5280 §4.1). */
    private static KeyFileFormat sequence(byte[] bytes) {
        int length = bytes[1] & 0xff;
        int first = length <= 0x80 ? 2 : 2 + (length & 0x7f); // X.690 §8.1.3
        if (first + 2 >= bytes.length) {
            return DER;
        }
        if (bytes[first] == 2 && bytes[first + 1] == 1 && bytes[first + 2] == 3) {
            return PKCS12;
        }
        return bytes[first] == 0x30 ? CERTIFICATE : DER;
    }

    /** True if there may be a private key in a file of this format, be it readable or not. */
    boolean mayHoldKey(byte[] bytes) {
        return switch (this) {
            case PEM -> new String(bytes, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY-----");
            case PKCS12, JKS, JCEKS, DER -> true;
            case CERTIFICATE, UNKNOWN -> false;
        };
    }

    private static boolean begins(byte[] bytes, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
