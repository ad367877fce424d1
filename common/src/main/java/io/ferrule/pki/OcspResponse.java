package io.ferrule.pki;

import io.ferrule.pki.OcspFinding.Nothing;
import io.ferrule.pki.OcspFinding.Status;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.jspecify.annotations.Nullable;

/** Judges OCSP responses (RFC 6960 §3.2), stapled ones and fetched ones alike. */
final class OcspResponse {
    /** Real ones have one to three kilobytes; those of delegated responders carry a certificate. */
    static final int MAX_BYTES = 64 * 1024;

    /** How far apart the clocks of this machine and of a responder may be. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** How long an answer holds that does not say when the next one comes: newer knowledge may be had at any time. */
    private static final Duration WITHOUT_END = Duration.ofMinutes(1);

    private static final List<String> FAILURES =
            List.of("successful", "malformedRequest", "internalError", "tryLater", "", "sigRequired", "unauthorized");
    private static final List<String> REASONS = List.of(
            "unspecified",
            "keyCompromise",
            "cACompromise",
            "affiliationChanged",
            "superseded",
            "cessationOfOperation",
            "certificateHold",
            "",
            "removeFromCRL",
            "privilegeWithdrawn",
            "aACompromise");

    private OcspResponse() {}

    /** What a response in DER says now about a certificate. Whatever is wrong with it makes it say nothing. */
    static OcspFinding judge(byte[] der, Issued certificate, Instant now) {
        return judge(der, certificate, null, now);
    }

    /** The same of an answer that has to repeat a nonce; null for none. */
    static OcspFinding judge(byte[] der, Issued certificate, byte @Nullable [] nonce, Instant now) {
        if (der.length > MAX_BYTES) {
            return new Nothing("the response is longer than " + MAX_BYTES + " bytes");
        }
        try {
            OCSPResp response = new OCSPResp(der);
            if (response.getStatus() != OCSPResp.SUCCESSFUL) {
                return new Nothing("the responder answers " + named(FAILURES, response.getStatus()));
            }
            return response.getResponseObject() instanceof BasicOCSPResp basic
                    ? judge(basic, certificate, nonce, now)
                    : new Nothing("the response is of an unknown type");
        } catch (IOException | OCSPException | GeneralSecurityException | RuntimeException e) {
            return new Nothing("the response is damaged");
        }
    }

    private static OcspFinding judge(BasicOCSPResp response, Issued certificate, byte @Nullable [] nonce, Instant now)
            throws OCSPException, GeneralSecurityException, IOException {
        if (!response.getCriticalExtensionOIDs().isEmpty()) {
            return new Nothing("the response has a critical extension that is not understood");
        }
        if (nonce != null
                && !OcspRequest.extension(nonce)
                        .equals(response.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce))) {
            return new Nothing("the response repeats no nonce, or another: it may be an old one");
        }
        // What is cheap comes first: a signature takes a thousand times longer.
        SingleResp single = about(certificate, response.getResponses());
        if (single == null) {
            return new Nothing("the response is about another certificate");
        }
        if (!single.getCriticalExtensionOIDs().isEmpty()) {
            return new Nothing("the response has a critical extension that is not understood");
        }
        String untimely = untimely(single, now);
        if (untimely != null) {
            return new Nothing(untimely);
        }
        String untrusted = OcspSigner.problem(response, certificate.issuer(), now);
        return untrusted == null ? status(single) : new Nothing(untrusted);
    }

    private static @Nullable SingleResp about(Issued certificate, SingleResp[] responses)
            throws GeneralSecurityException, OCSPException {
        JcaX509CertificateHolder issuer = new JcaX509CertificateHolder(certificate.issuer());
        BcDigestCalculatorProvider digests = new BcDigestCalculatorProvider();
        for (SingleResp each : responses) {
            if (each.getCertID()
                            .getSerialNumber()
                            .equals(certificate.certificate().getSerialNumber())
                    && each.getCertID().matchesIssuer(issuer, digests)) {
                return each;
            }
        }
        return null;
    }

    private static @Nullable String untimely(SingleResp single, Instant now) {
        Instant from = single.getThisUpdate().toInstant();
        if (from.isAfter(now.plus(SKEW))) {
            return "the response is from the future (" + from + "); check both clocks";
        }
        return until(single).plus(SKEW).isBefore(now) ? "the response has expired at " + until(single) : null;
    }

    private static Instant until(SingleResp single) {
        Date next = single.getNextUpdate();
        return next == null ? single.getThisUpdate().toInstant().plus(WITHOUT_END) : next.toInstant();
    }

    private static OcspFinding status(SingleResp single) {
        CertificateStatus status = single.getCertStatus();
        Instant asOf = single.getThisUpdate().toInstant();
        if (status == CertificateStatus.GOOD) {
            return new Status(false, "", asOf, until(single));
        }
        if (status instanceof RevokedStatus revoked) {
            String reason =
                    revoked.hasRevocationReason() ? ", reason " + named(REASONS, revoked.getRevocationReason()) : "";
            return new Status(true, "on " + revoked.getRevocationTime().toInstant() + reason, asOf, until(single));
        }
        return new Nothing("the responder does not know the certificate");
    }

    private static String named(List<String> names, int number) {
        return number >= 0 && number < names.size() && !names.get(number).isEmpty()
                ? names.get(number)
                : Integer.toString(number);
    }
}
