package io.ferrule.tls;

import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Verdict;
import io.netty.internal.tcnative.CertificateVerifier;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What BoringSSL's error names mean in our words. */
final class TlsErrors {
    private static final Map<String, HandshakeFailure> FAILURES = Map.ofEntries(
            Map.entry("HTTP_REQUEST", HandshakeFailure.NOT_TLS),
            Map.entry("HTTPS_PROXY_REQUEST", HandshakeFailure.NOT_TLS),
            Map.entry("WRONG_VERSION_NUMBER", HandshakeFailure.NOT_TLS),
            Map.entry("UNSUPPORTED_PROTOCOL", HandshakeFailure.NO_COMMON_VERSION),
            Map.entry("TLSV1_ALERT_PROTOCOL_VERSION", HandshakeFailure.NO_COMMON_VERSION),
            Map.entry("INAPPROPRIATE_FALLBACK", HandshakeFailure.NO_COMMON_VERSION),
            Map.entry("NO_SHARED_CIPHER", HandshakeFailure.NO_COMMON_CIPHER),
            Map.entry("NO_SHARED_GROUP", HandshakeFailure.NO_COMMON_CIPHER),
            Map.entry("NO_COMMON_SIGNATURE_ALGORITHMS", HandshakeFailure.NO_COMMON_CIPHER),
            Map.entry("PEER_DID_NOT_RETURN_A_CERTIFICATE", HandshakeFailure.NO_CERTIFICATE));

    private TlsErrors() {}

    /** True if the error is an alert that the peer sent. */
    static boolean isAlert(String error) {
        return error.contains("_ALERT_");
    }

    /** The alert's name in RFC 8446 §6, such as {@code unknown_ca}. */
    static String alertName(String error) {
        return error.substring(error.indexOf("_ALERT_") + "_ALERT_".length()).toLowerCase(Locale.ROOT);
    }

    /** Why a handshake failed, judged by the engine's error. */
    static HandshakeFailure handshakeFailure(String error) {
        HandshakeFailure known = FAILURES.get(error);
        if (known != null) {
            return known;
        }
        return isAlert(error) ? HandshakeFailure.REFUSED_BY_PEER : HandshakeFailure.PROTOCOL_ERROR;
    }

    /** A sentence for the log. */
    static String explain(String error) {
        if (isAlert(error)) {
            return "the peer sent the alert " + alertName(error) + meaning(alertName(error));
        }
        String words = error.toLowerCase(Locale.ROOT).replace('_', ' ');
        return switch (error) {
            case "NO_COMMON_SIGNATURE_ALGORITHMS" ->
                words + ": the peer cannot verify a key of the kind that was to be shown to it";
            case "NO_SHARED_CIPHER" ->
                words + ": the peer offers none that suits the settings and the kind of key here";
            default -> words;
        };
    }

    /** What an operator can make of an alert (RFC 8446 §6.2). */
    private static String meaning(String alert) {
        return switch (alert) {
            case "certificate_required" ->
                ": it asks for a certificate and was shown none; give this program one, with its key";
            case "bad_certificate",
                    "unsupported_certificate",
                    "certificate_revoked",
                    "certificate_expired",
                    "certificate_unknown",
                    "unknown_ca",
                    "access_denied" -> ": it does not accept the certificate that it was shown";
            case "handshake_failure" ->
                ": of what was offered, no cipher, no group or no kind of key suits it, or it wants a certificate";
            case "protocol_version" -> ": it speaks none of the TLS versions offered";
            case "unrecognized_name" -> ": it does not go by the server name that was asked for";
            case "no_application_protocol" -> ": it speaks none of the ALPN protocols offered";
            default -> "";
        };
    }

    /** The verification result that makes BoringSSL send the peer the right alert; without a verdict it is a refusal. */
    static int verifyCode(@Nullable Verdict verdict) {
        if (verdict == null) {
            return CertificateVerifier.X509_V_ERR_CERT_REJECTED;
        }
        return verdict instanceof Verdict.Refused refused
                ? verifyCode(refused.failure())
                : CertificateVerifier.X509_V_OK;
    }

    private static int verifyCode(HandshakeFailure failure) {
        return switch (failure) {
            case EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
            case NOT_YET_VALID -> CertificateVerifier.X509_V_ERR_CERT_NOT_YET_VALID;
            case UNTRUSTED -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
            case REVOKED, DENIED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED;
            // The alert certificate_unknown: "some other (unspecified) issue arose" (RFC 8446 §6.2).
            case STATUS_UNKNOWN -> CertificateVerifier.X509_V_ERR_DIFFERENT_CRL_SCOPE;
            default -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
        };
    }
}
