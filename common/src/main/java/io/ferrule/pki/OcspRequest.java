package io.ferrule.pki;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.jspecify.annotations.Nullable;

/**
 * The question for one certificate's status. It carries no nonce unless one is asked for: answers are kept until they end, so that a
 * replayed one is not worse than a kept one, and many responders answer from files that have none (RFC 5019 §4).
 */
final class OcspRequest {
    private static final int NONCE_BYTES = 16;

    private OcspRequest() {}

    /** A new nonce, of a length that responders take (RFC 8954 §2.1). */
    static byte[] nonce(SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return nonce;
    }

    /** The extension that carries a nonce; an answer has it too. */
    static Extension extension(byte[] nonce) throws IOException {
        return new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(nonce).getEncoded());
    }

    /** The request (RFC 6960 §4.1, DER). The hash is SHA-1, as the one that every responder knows (RFC 5019 §2.1.1). */
    static byte[] of(Issued certificate, byte @Nullable [] nonce) throws IOException {
        DigestCalculatorProvider digests = new BcDigestCalculatorProvider();
        try {
            CertificateID id = new CertificateID(
                    digests.get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(certificate.issuer()),
                    certificate.certificate().getSerialNumber());
            OCSPReqBuilder request = new OCSPReqBuilder().addRequest(id);
            if (nonce != null) {
                request.setRequestExtensions(new Extensions(extension(nonce)));
            }
            return request.build().getEncoded();
        } catch (OCSPException | OperatorCreationException | CertificateEncodingException e) {
            throw new IOException("no request can be made for it: " + e.getMessage(), e);
        }
    }
}
