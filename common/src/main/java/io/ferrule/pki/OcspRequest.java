package io.ferrule.pki;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;

/**
 * The question for one certificate's status. It carries no nonce: answers are kept until they end, so that a replayed one is not
 * worse than a kept one, and many responders answer from files that have none (RFC 5019 §4).
 */
final class OcspRequest {
    private OcspRequest() {}

    /** The request (RFC 6960 §4.1, DER). The hash is SHA-1, as the one that every responder knows (RFC 5019 §2.1.1). */
    static byte[] of(Issued certificate) throws IOException {
        DigestCalculatorProvider digests = new BcDigestCalculatorProvider();
        try {
            CertificateID id = new CertificateID(
                    digests.get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(certificate.issuer()),
                    certificate.certificate().getSerialNumber());
            return new OCSPReqBuilder().addRequest(id).build().getEncoded();
        } catch (OCSPException | OperatorCreationException | CertificateEncodingException e) {
            throw new IOException("no request can be made for it: " + e.getMessage(), e);
        }
    }
}
