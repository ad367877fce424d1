package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Key stores: PKCS#12 (RFC 7292), and Java's own JKS and JCEKS. Of what they hold, private keys and certificates count. */
final class KeyStores {
    private KeyStores() {}

    /**
     * Everything in a store.
     *
     * @param type as the JCA knows it
     * @throws OperatorException if the password is missing or does not fit, or the store is damaged
     */
    static KeyFileContent read(String name, String type, byte[] bytes, @Nullable Secret password)
            throws OperatorException {
        char[] characters = password == null ? new char[0] : password.reveal().toCharArray();
        try {
            KeyFileContent first = content(name, KeyStore.getInstance(type), bytes, characters);
            // The Java runtime leaves keys out that are not encrypted one by one (RFC 7292 §4.2.1).
            boolean mayHoldMore = type.equals("PKCS12") && first.keys().isEmpty();
            KeyFileContent second = mayHoldMore ? OtherKeyStores.read(name, bytes, characters) : null;
            return second == null || second.keys().isEmpty() ? first : second;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            KeyFileContent second = type.equals("PKCS12") ? OtherKeyStores.read(name, bytes, characters) : null;
            if (second != null) {
                return second;
            }
            throw new OperatorException(name, objection(e, password));
        }
    }

    static KeyFileContent content(String name, KeyStore store, byte[] bytes, char[] password)
            throws IOException, GeneralSecurityException, OperatorException {
        store.load(new ByteArrayInputStream(bytes), password);
        List<X509Certificate> certificates = new ArrayList<>();
        List<PrivateKey> keys = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
                Key key = store.getKey(alias, password);
                if (key != null) {
                    keys.add(PrivateKeys.decode(name, key.getEncoded()));
                }
                add(store.getCertificateChain(alias), certificates);
            } else if (store.isCertificateEntry(alias)) {
                add(new Certificate[] {store.getCertificate(alias)}, certificates);
            }
        }
        return new KeyFileContent(certificates, keys, !keys.isEmpty());
    }

    private static void add(Certificate @Nullable [] chain, List<X509Certificate> certificates) {
        for (Certificate each : chain == null ? new Certificate[0] : chain) {
            if (each instanceof X509Certificate x509) {
                certificates.add(x509);
            }
        }
    }

    /** The runtime's own words are left out: they may quote what is in the store. */
    private static String objection(Exception e, @Nullable Secret password) {
        boolean isWrongPassword =
                e instanceof GeneralSecurityException || e.getCause() instanceof GeneralSecurityException;
        if (!isWrongPassword) {
            return "this key store is damaged, or protected in a way that is not known here";
        }
        return password == null
                ? "this key store is protected by a password" + PrivateKeys.PASSWORD_REMEDY
                : "the password does not fit this key store, or not a key in it: key-password is tried for both";
    }
}
