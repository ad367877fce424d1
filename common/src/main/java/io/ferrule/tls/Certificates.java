package io.ferrule.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads the certificates a peer sent. */
final class Certificates {
    private Certificates() {}

    /**
     * Reads DER certificates, in order.
     *
     * @return an empty list if one of them is not a certificate: a chain is trusted whole or not at all
     */
    static List<X509Certificate> parse(List<byte[]> ders) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> chain = new ArrayList<>(ders.size());
            for (byte[] der : ders) {
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
            return chain;
        } catch (CertificateException malformed) {
            return List.of();
        }
    }
}
