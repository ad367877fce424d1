package io.ferrule.pki;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A certificate chain with the private key of its first certificate: what a leg shows of itself. Neither its dates nor its
 * names are judged here.
 *
 * @param chain the leaf first, then the others in the order of their issuers; at least one
 */
public record KeyMaterial(List<X509Certificate> chain, PrivateKey key) {
    /**
     * Checks that there is a leaf.
     *
     * @throws IllegalArgumentException for an empty chain
     */
    public KeyMaterial {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
    }

    /**
     * Reads PEM files: chain and key apart or in one file, blocks in any order. The key may be PKCS#8, PKCS#1 or SEC1, of
     * RSA, ECDSA or Ed25519. The leaf is the certificate that the key fits, whatever stands first. The file that holds the
     * key must be private, see {@link KeyFileAccess}. Blocks: do not call it on an event loop.
     *
     * @throws OperatorException with every problem found: files that cannot be read, are damaged or not private, an
     *     encrypted key, a key that fits none of the certificates
     */
    public static KeyMaterial load(KeyFiles files) throws OperatorException {
        return KeyMaterialFiles.load(files);
    }

    /**
     * Reads all that the sources hold: one value for each private key, in their order.
     *
     * @throws OperatorException with every problem found, also two keys of one kind
     */
    public static List<KeyMaterial> load(KeySources sources) throws OperatorException {
        Path certificate = sources.certificates().get(0);
        Path key = sources.keys().isEmpty() ? certificate : sources.keys().get(0);
        return List.of(load(new KeyFiles(certificate, key)));
    }

    /**
     * Reads the files as {@link #load(KeyFiles)} does; empty if neither is there.
     *
     * @throws OperatorException also if only one of them is there
     */
    public static Optional<KeyMaterial> find(KeyFiles files) throws OperatorException {
        return NewKeyFiles.exist(files) ? Optional.of(load(files)) : Optional.empty();
    }

    /** The certificate that the key belongs to. */
    public X509Certificate leaf() {
        return chain.get(0);
    }

    /** The pin by which peers know this key. */
    public Pin pin() {
        return Pin.of(leaf());
    }

    /** The chain as PEM, leaf first. */
    public byte[] chainPem() {
        return PemCertificates.pem(chain);
    }

    /** The key as PKCS#8 PEM, in an array that the caller wipes. */
    public byte[] keyPem() {
        byte[] pkcs8 = key.getEncoded();
        try {
            return PemFile.encode("PRIVATE KEY", pkcs8);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /**
     * Writes both as new files, the key readable by its owner only; nothing that exists is overwritten.
     *
     * @throws OperatorException if one of the files exists or cannot be written; then neither has been made
     */
    public void writeTo(KeyFiles files) throws OperatorException {
        NewKeyFiles.write(this, files);
    }

    /** Subject and pin; never the key. */
    @Override
    public String toString() {
        return "KeyMaterial[" + leaf().getSubjectX500Principal() + ", " + pin() + "]";
    }
}
