package io.ferrule.admission;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Which end of TLS a peer is, as far as its certificate is concerned. */
enum PeerKind {
    SERVER("server", "1.3.6.1.5.5.7.3.1"),
    CLIENT("client", "1.3.6.1.5.5.7.3.2");

    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private final String noun;
    private final String purpose;

    PeerKind(String noun, String purpose) {
        this.noun = noun;
        this.purpose = purpose;
    }

    /** True if the certificate's extended key usage allows this end, or there is none (RFC 5280 §4.2.1.12). */
    boolean mayUse(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null || purposes.contains(purpose) || purposes.contains(ANY_PURPOSE);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** {@code server} or {@code client}. */
    @Override
    public String toString() {
        return noun;
    }
}
