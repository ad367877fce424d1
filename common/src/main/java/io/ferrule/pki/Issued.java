package io.ferrule.pki;

import io.ferrule.config.Pin;
import java.security.cert.X509Certificate;

/** A certificate, and the one whose key signed it. */
record Issued(X509Certificate certificate, X509Certificate issuer) {
    StatusKey key() {
        return new StatusKey(Pin.of(issuer), certificate.getSerialNumber());
    }
}
