package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/** Private keys as they stand in PEM files: PKCS#8, and the older PKCS#1 and SEC1 that OpenSSL still writes. */
final class PrivateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private PrivateKeys() {}

    /**
     * All private keys of a file, at least one.
     *
     * @throws OperatorException if there is none, or one that is encrypted, damaged, or of a kind that TLS does not know
     */
    static List<PrivateKey> of(PemFile file) throws OperatorException {
        List<PrivateKey> keys = new ArrayList<>();
        for (PemFile.Block block : file.blocks()) {
            if (block.type().endsWith("PRIVATE KEY")) {
                keys.add(decode(file.path(), block));
            }
        }
        if (keys.isEmpty()) {
            throw new OperatorException(file.path().toString(), "has no private key");
        }
        return List.copyOf(keys);
    }

    private static PrivateKey decode(Path path, PemFile.Block block) throws OperatorException {
        String where = PemFile.at(path, block.line());
        if (block.encrypted() || block.type().equals("ENCRYPTED PRIVATE KEY")) {
            throw new OperatorException(
                    where,
                    "the private key is encrypted, and there is nobody to ask for its passphrase; decrypt it with"
                            + " \"(umask 077; openssl pkey -in " + path + " -out NEW.key)\"");
        }
        byte[] pkcs8 =
                switch (block.type()) {
                    case "PRIVATE KEY" -> block.der();
                    case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> rewrap(where, block);
                    default ->
                        throw new OperatorException(
                                where, "a block " + block.type() + " is not understood; write the key as PKCS#8 PEM");
                };
        return decode(where, pkcs8);
    }

    private static byte[] rewrap(String where, PemFile.Block block) throws OperatorException {
        try {
            return block.type().startsWith("RSA")
                    ? OlderKeyFormats.pkcs1ToPkcs8(block.der())
                    : OlderKeyFormats.sec1ToPkcs8(block.der());
        } catch (IOException | RuntimeException e) {
            throw damaged(where);
        }
    }

    private static PrivateKey decode(String where, byte[] pkcs8) throws OperatorException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException | RuntimeException e) {
                // Of another algorithm, or damaged: the next one, or the end of the loop, tells.
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

    /** True if the private key belongs to the public one: what it signs, the other verifies. */
    static boolean fits(PrivateKey key, PublicKey publicKey) {
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
