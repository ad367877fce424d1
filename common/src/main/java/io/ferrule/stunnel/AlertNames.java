package io.ferrule.stunnel;

import java.util.Set;

/** Alerts (RFC 8446 §6) as OpenSSL's lines have them. */
final class AlertNames {
    /** Those of SSL 3.0 are still told as its. */
    private static final Set<String> OF_SSL3 = Set.of(
            "unexpected_message",
            "bad_record_mac",
            "decompression_failure",
            "handshake_failure",
            "no_certificate",
            "bad_certificate",
            "unsupported_certificate",
            "certificate_revoked",
            "certificate_expired",
            "certificate_unknown",
            "illegal_parameter");

    private static final Set<String> OF_TLS13 = Set.of("certificate_required", "missing_extension");
    private static final String TOLD = "the peer sent the alert ";

    private AlertNames() {}

    /** The alert's name in a failure's detail, such as {@code unknown_ca}; empty if it is not about one. */
    static String in(String detail) {
        return detail.startsWith(TOLD) ? detail.substring(TOLD.length()).split("[^a-z0-9_]", 2)[0] : "";
    }

    /** As an error: {@code tlsv1 alert unknown ca}. */
    static String error(String alert) {
        String words = alert.replace('_', ' ');
        if (alert.equals("unrecognized_name")) {
            return "tlsv1 unrecognized name";
        }
        return (OF_SSL3.contains(alert) ? "sslv3" : OF_TLS13.contains(alert) ? "tlsv13" : "tlsv1") + " alert " + words;
    }

    /** As an event: {@code unknown CA}. */
    static String event(String alert) {
        if (OF_TLS13.contains(alert)) {
            return "unknown"; // to OpenSSL 3.0
        }
        return switch (alert) {
            case "unknown_ca" -> "unknown CA";
            case "unexpected_message" -> alert;
            case "user_canceled", "user_cancelled" -> "user canceled";
            default -> alert.replace('_', ' ');
        };
    }
}
