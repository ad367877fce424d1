package io.ferrule.pki;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The kinds of key that Ferrule makes. Others are read; Ed25519 is not made because our own programs cannot verify it. */
public enum KeyType {
    /** The default: small and fast, and every TLS library in use accepts it. */
    ECDSA_P256("EC", "secp256r1", 0, "SHA256withECDSA"),
    ECDSA_P384("EC", "secp384r1", 0, "SHA384withECDSA"),
    /** For peers that know nothing newer; its handshakes cost the server several times as much. */
    RSA_3072("RSA", "", 3072, "SHA256withRSA");

    private final String algorithm;
    private final String curve;
    private final int bits;
    private final String signature;

    KeyType(String algorithm, String curve, int bits, String signature) {
        this.algorithm = algorithm;
        this.curve = curve;
        this.bits = bits;
        this.signature = signature;
    }

    /**
     * Reads {@code ecdsa-p256}, {@code ecdsa-p384} or {@code rsa-3072}.
     *
     * @throws IllegalArgumentException with a sentence for the operator for anything else
     */
    public static KeyType parse(String text) {
        String t = text.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(k -> k.toString().equals(t))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is not a kind of key: write "
                        + Arrays.stream(values()).map(KeyType::toString).collect(Collectors.joining(", "))));
    }

    String algorithm() {
        return algorithm;
    }

    /** The curve's name, empty for algorithms that have none to choose. */
    String curve() {
        return curve;
    }

    /** The key's size, 0 for algorithms whose curve says it. */
    int bits() {
        return bits;
    }

    String signature() {
        return signature;
    }

    /** The spelling that {@link #parse} reads. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
