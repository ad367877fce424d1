package io.ferrule.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one file, store or text holds.
 *
 * @param holdsKey true also while a key in it could not be read
 */
record KeyFileContent(List<X509Certificate> certificates, List<PrivateKey> keys, boolean holdsKey) {
    KeyFileContent {
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
    }
}
