package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Secret;
import io.ferrule.token.TokenKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Private keys as they stand in PEM files: PKCS#8, and the older PKCS#1 and SEC1 that OpenSSL still writes. */
final class PrivateKeys {
    /** Each with the DER of its object identifier (RFC 8017 §A.1, RFC 5480 §2.1.1, RFC 8410 §3). */
    private enum Algorithm {
        RSA("RSA", "06092a864886f70d010101"),
        EC("EC", "06072a8648ce3d0201"),
        ED25519("Ed25519", "06032b6570");

        private final String jcaName;
        private final String identifier;

        Algorithm(String jcaName, String identifier) {
            this.jcaName = jcaName;
            this.identifier = identifier;
        }

        /** True if such a key may stand in this PKCS#8 structure: version, length and sequence come first (RFC 5208 §5). */
        boolean isNamedIn(byte[] pkcs8) {
            byte[] der = HexFormat.of().parseHex(identifier);
            for (int at = 0; at <= Math.min(16, pkcs8.length - der.length); at++) {
                if (Arrays.equals(pkcs8, at, at + der.length, der, 0, der.length)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** What to do where a password is missing. */
    static final String PASSWORD_REMEDY =
            ": give its password by --key-password-file, key-password in the YAML file, or the"
                    + " variable FERRULE_KEY_PASSWORD_FILE";

    private PrivateKeys() {}

    /**
     * All private keys of PEM text, perhaps none.
     *
     * @throws OperatorException for one that is damaged, of a kind that TLS does not know, or encrypted with another password
     */
    static List<PrivateKey> in(PemFile file, @Nullable Secret password) throws OperatorException {
        List<PrivateKey> keys = new ArrayList<>();
        for (PemFile.Block block : file.blocks()) {
            if (block.isKey()) {
                keys.add(decode(file.at(block.line()), block, password));
            }
        }
        return List.copyOf(keys);
    }

    private static PrivateKey decode(String where, PemFile.Block block, @Nullable Secret password)
            throws OperatorException {
        if (block.encryption() == null && !block.type().equals("ENCRYPTED PRIVATE KEY")) {
            return decode(where, pkcs8(where, block.type(), block.der()));
        }
        if (password == null) {
            throw new OperatorException(where, "the private key is encrypted" + PASSWORD_REMEDY);
        }
        try {
            return block.encryption() == null
                    ? decode(where, EncryptedKeys.pkcs8(block.der(), password))
                    : decode(
                            where,
                            pkcs8(where, block.type(), EncryptedKeys.pem(block.encryption(), block.der(), password)));
        } catch (OperatorException | GeneralSecurityException | RuntimeException e) {
            // Decrypted with a wrong password a key sometimes looks like one at first.
            throw new OperatorException(
                    where,
                    "the password does not fit the private key, or the key is damaged, or encrypted in a way that is not"
                            + " known here; \"openssl pkey -in FILE -noout\" with the same password tells");
        }
    }

    private static byte[] pkcs8(String where, String type, byte[] der) throws OperatorException {
        try {
            return switch (type) {
                case "PRIVATE KEY" -> der;
                case "RSA PRIVATE KEY" -> OlderKeyFormats.pkcs1ToPkcs8(der);
                case "EC PRIVATE KEY" -> OlderKeyFormats.sec1ToPkcs8(der);
                default ->
                    throw new OperatorException(
                            where, "a block " + type + " is not understood; write the key as PKCS#8 PEM");
            };
        } catch (IOException | RuntimeException e) {
            throw damaged(where);
        }
    }

    /** A key in PKCS#8. */
    static PrivateKey decode(String where, byte[] pkcs8) throws OperatorException {
        for (Algorithm algorithm : Algorithm.values()) {
            // Asked for the wrong kind of key, the JCA would start every provider that there is.
            if (algorithm.isNamedIn(pkcs8)) {
                try {
                    return KeyFactory.getInstance(algorithm.jcaName).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
                } catch (GeneralSecurityException | RuntimeException e) {
                    throw damaged(where);
                }
            }
        }
        throw damaged(where);
    }

    private static OperatorException damaged(String where) {
        // The cause is left out: a parser's message may quote the bytes of a key.
        return new OperatorException(
                where,
                "the private key is damaged or of a kind that is not supported; RSA, ECDSA (P-256, P-384, P-521) and Ed25519"
                        + " keys are");
    }

    /**
     * True if the private key belongs to the public one. Both say so themselves in most cases; else what one signs, the other
     * must verify, which costs a just started JVM a tenth of a second.
     */
    static boolean fits(PrivateKey key, PublicKey publicKey) {
        return key instanceof TokenKey inToken
                ? inToken.fits(publicKey)
                : statesIt(key, publicKey) || provesIt(key, publicKey);
    }

    /** Only a hint: BoringSSL verifies a key against the public part stated in it when it takes it over. */
    private static boolean statesIt(PrivateKey key, PublicKey publicKey) {
        if (key instanceof RSAPrivateKey rsa && publicKey instanceof RSAPublicKey rsaPublic) {
            return rsa.getModulus().equals(rsaPublic.getModulus());
        }
        return key instanceof ECPrivateKey && publicKey instanceof ECPublicKey ec && endsWithPoint(key, ec);
    }

    /** The point ends both encodings, if the private one has it at all (RFC 5915 §3, RFC 5480 §2.2). */
    private static boolean endsWithPoint(PrivateKey key, ECPublicKey publicKey) {
        byte[] spki = publicKey.getEncoded();
        byte[] pkcs8 = key.getEncoded();
        int point = 1 + 2 * ((publicKey.getParams().getCurve().getField().getFieldSize() + 7) / 8);
        try {
            return pkcs8.length > point
                    && spki.length > point
                    && Arrays.equals(spki, spki.length - point, spki.length, pkcs8, pkcs8.length - point, pkcs8.length);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static boolean provesIt(PrivateKey key, PublicKey publicKey) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "Ed25519";
                };
        try {
            byte[] message = publicKey.getEncoded();
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(message);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            return false; // of different algorithms, curves or sizes, or damaged
        }
    }
}
