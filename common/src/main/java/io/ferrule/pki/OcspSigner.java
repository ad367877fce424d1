package io.ferrule.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Whether a response was signed by who may: the issuer itself, or a responder with a certificate for that which the very same
 * issuer signed (RFC 6960 §4.2.2.2). Whether the responder's own certificate has been revoked is not asked.
 */
final class OcspSigner {
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    /** Each may cost a signature. */
    private static final int MAX_CERTIFICATES = 4;

    private static final Set<ASN1ObjectIdentifier> HASHES =
            Set.of(NISTObjectIdentifiers.id_sha256, NISTObjectIdentifiers.id_sha384, NISTObjectIdentifiers.id_sha512);

    /** None with MD5 or SHA-1, whatever the runtime would still take. */
    private static final Set<ASN1ObjectIdentifier> SIGNATURES = Set.of(
            PKCSObjectIdentifiers.sha256WithRSAEncryption,
            PKCSObjectIdentifiers.sha384WithRSAEncryption,
            PKCSObjectIdentifiers.sha512WithRSAEncryption,
            X9ObjectIdentifiers.ecdsa_with_SHA256,
            X9ObjectIdentifiers.ecdsa_with_SHA384,
            X9ObjectIdentifiers.ecdsa_with_SHA512,
            EdECObjectIdentifiers.id_Ed25519,
            EdECObjectIdentifiers.id_Ed448);

    private OcspSigner() {}

    /** Null if the signature is right, else what is wrong with it. */
    static @Nullable String problem(BasicOCSPResp response, X509Certificate issuer, Instant now)
            throws GeneralSecurityException, OCSPException, IOException {
        AlgorithmIdentifier algorithm = response.getSignatureAlgorithmID();
        if (!isSupported(algorithm)) {
            return "the response is signed with an algorithm that is not accepted ("
                    + algorithm.getAlgorithm().getId() + ")";
        }
        if (isOf(response, issuer)) {
            return holds(response, issuer.getPublicKey()) ? null : "the signature of the response is wrong";
        }
        for (X509Certificate delegate : certificates(response)) {
            if (isOf(response, delegate)) {
                String problem = problem(delegate, issuer, now);
                return problem != null
                        ? problem
                        : holds(response, delegate.getPublicKey()) ? null : "the signature of the response is wrong";
            }
        }
        return "the response is signed neither by the certificate's issuer nor by a responder that shows its certificate";
    }

    private static @Nullable String problem(X509Certificate delegate, X509Certificate issuer, Instant now)
            throws GeneralSecurityException {
        if (!IssuerSearch.signed(issuer, delegate)) {
            return "the response is signed by a responder that the certificate's issuer has not authorized";
        }
        List<String> purposes = delegate.getExtendedKeyUsage();
        if (purposes == null || !purposes.contains(OCSP_SIGNING)) {
            return "the response is signed with a certificate that is not for signing responses (OCSPSigning)";
        }
        return now.isAfter(delegate.getNotAfter().toInstant())
                        || now.isBefore(delegate.getNotBefore().toInstant())
                ? "the responder's own certificate has expired or is not valid yet"
                : null;
    }

    private static boolean isSupported(AlgorithmIdentifier algorithm) {
        return SIGNATURES.contains(algorithm.getAlgorithm())
                || (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)
                        && HASHES.contains(RSASSAPSSparams.getInstance(algorithm.getParameters())
                                .getHashAlgorithm()
                                .getAlgorithm()));
    }

    /** Responders are named by subject or by the SHA-1 of their key. */
    private static boolean isOf(BasicOCSPResp response, X509Certificate signer)
            throws GeneralSecurityException, OCSPException {
        X509CertificateHolder holder = new JcaX509CertificateHolder(signer);
        RespID named = response.getResponderId();
        try {
            return named.equals(new RespID(holder.getSubject()))
                    || named.equals(new RespID(
                            holder.getSubjectPublicKeyInfo(), new BcDigestCalculatorProvider().get(RespID.HASH_SHA1)));
        } catch (OperatorCreationException e) {
            throw new OCSPException("SHA-1 is missing", e);
        }
    }

    private static List<X509Certificate> certificates(BasicOCSPResp response)
            throws GeneralSecurityException, IOException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (X509CertificateHolder each : response.getCerts()) {
            if (certificates.size() < MAX_CERTIFICATES) {
                certificates.add(
                        (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(each.getEncoded())));
            }
        }
        return certificates;
    }

    private static boolean holds(BasicOCSPResp response, PublicKey key) throws OCSPException {
        try {
            return response.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (OperatorCreationException | OCSPException e) {
            return false; // a key of another kind than the signature
        }
    }
}
