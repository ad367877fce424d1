package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Certificates as they stand in PEM files: bundles of authorities, stored copies of a peer's, chains. */
public final class PemCertificates {
    private static final Set<String> LABELS = Set.of("CERTIFICATE", "X509 CERTIFICATE", "X.509 CERTIFICATE");

    private PemCertificates() {}

    /**
     * All certificates of a file, at least one, in its order. Blocks of other kinds, such as a key, are skipped.
     *
     * @throws OperatorException if the file cannot be read (see {@link PemFile}), holds no certificate, or a damaged one
     */
    public static List<X509Certificate> read(Path path) throws OperatorException {
        return of(PemFile.read(path));
    }

    static List<X509Certificate> of(PemFile file) throws OperatorException {
        List<X509Certificate> certificates = in(file);
        if (certificates.isEmpty()) {
            throw new OperatorException(file.name(), "has no certificate, only " + file.types());
        }
        return certificates;
    }

    /** All certificates, perhaps none. */
    static List<X509Certificate> in(PemFile file) throws OperatorException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemFile.Block block : file.blocks()) {
            if (LABELS.contains(block.type())) {
                certificates.add(decode(file.at(block.line()), block.der()));
            } else if (block.type().equals("TRUSTED CERTIFICATE")) {
                throw new OperatorException(
                        file.at(block.line()),
                        "is in OpenSSL's own TRUSTED CERTIFICATE format; convert it with \"openssl x509 -in "
                                + file.name() + " -out FILE.pem\"");
            }
        }
        return List.copyOf(certificates);
    }

    /** The certificates as PEM, one after the other. */
    public static byte[] pem(List<X509Certificate> certificates) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (X509Certificate certificate : certificates) {
            try {
                out.writeBytes(PemFile.encode("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateException e) {
                throw new IllegalStateException("a parsed certificate keeps its encoding", e);
            }
        }
        return out.toByteArray();
    }

    /** One certificate in DER. */
    static X509Certificate decode(String where, byte[] der) throws OperatorException {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            certificate.getPublicKey(); // a key of unknown kind shows here, and not during a handshake
            return certificate;
        } catch (CertificateException | RuntimeException e) {
            throw new OperatorException(where, "this certificate is damaged: copy it anew");
        }
    }
}
