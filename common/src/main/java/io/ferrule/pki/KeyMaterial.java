package io.ferrule.pki;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.token.TokenKey;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
     * Reads the one certificate with its key that two files hold, or one file both; formats and rules are those of
     * {@link #load(KeySources)}. Blocks: do not call it on an event loop.
     *
     * @throws OperatorException with every problem found
     */
    public static KeyMaterial load(KeyFiles files) throws OperatorException {
        return load(KeySources.of(files)).get(0);
    }

    /**
     * Reads all that the sources hold, as one pool: PEM (keys as PKCS#8, PKCS#1 or SEC1, encrypted or not), PKCS#12, JKS, JCEKS,
     * and certificates in DER; and what is in
     * tokens. The leaf of a key is the certificate that it fits, whatever stands first; of several the newest.
     * Each file that holds a key must be private, see {@link KeyFileAccess}. Blocks: do not call it on an event loop.
     *
     * @return one value for each key: ECDSA before RSA before others
     * @throws OperatorException with every problem found: files that cannot be read, are damaged or not private, a password
     *     that is missing or wrong, a key that fits no certificate, two keys of one kind
     */
    public static List<KeyMaterial> load(KeySources sources) throws OperatorException {
        return KeySourceReader.load(sources);
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

    /** The key if it stays in its token; null if it is here. */
    public @Nullable TokenKey inToken() {
        return key instanceof TokenKey token ? token : null;
    }

    /**
     * The key as PKCS#8 PEM, in an array that the caller wipes.
     *
     * @throws IllegalStateException if it stays in its token
     */
    public byte[] keyPem() {
        byte[] pkcs8 = key.getEncoded();
        if (pkcs8 == null) {
            throw new IllegalStateException("the key stays in its token");
        }
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
