package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a leg's own certificates and private keys come from. All of it is one pool: each key finds the certificate that it fits,
 * and certificates without a key belong to the chains of the others.
 *
 * @param certificates files or directories; a file may hold keys too
 * @param keys files with further keys
 * @param pem certificates and keys given as PEM text themselves
 * @param password of encrypted keys and key stores; null for none
 * @param exposed keys that others can read are taken too; only stunnel's configuration says so, which stunnel warns of and runs
 * @param tokens what stays in tokens; the password is their PIN where a URI does not say another
 */
public record KeySources(
        List<Path> certificates,
        List<Path> keys,
        List<Secret> pem,
        @Nullable Secret password,
        boolean exposed,
        Tokens tokens) {
    /**
     * What is in PKCS#11 tokens.
     *
     * @param certificates those that are meant by a URI are all taken
     * @param keys one each
     */
    public record Tokens(List<TokenUri> certificates, List<TokenUri> keys) {
        /** No token is needed. */
        public static final Tokens NONE = new Tokens(List.of(), List.of());

        public Tokens {
            certificates = List.copyOf(certificates);
            keys = List.copyOf(keys);
        }
    }

    /** Files alone, and keys that are their owner's alone. */
    public KeySources(List<Path> certificates, List<Path> keys, List<Secret> pem, @Nullable Secret password) {
        this(certificates, keys, pem, password, false, Tokens.NONE);
    }

    public KeySources {
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
        pem = List.copyOf(pem);
        if (certificates.isEmpty() && pem.isEmpty() && tokens.certificates().isEmpty()) {
            throw new IllegalArgumentException("at least one certificate is needed");
        }
    }

    /** The option that such a text came from: one with a private key is {@code key-pem}. */
    public static String optionOf(Secret pem) {
        return isPrivate(pem.reveal()) ? "key-pem" : "certificate-pem";
    }

    /** True if PEM text holds a private key, encrypted or not. */
    static boolean isPrivate(String pem) {
        return pem.contains("PRIVATE KEY-----");
    }

    /** One chain and its key; they may stand in one file. */
    public static KeySources of(KeyFiles files) {
        return new KeySources(
                List.of(files.certificate()),
                files.key().equals(files.certificate()) ? List.of() : List.of(files.key()),
                List.of(),
                null);
    }
}
