package io.ferrule.stunnel;

import static java.util.Objects.requireNonNullElse;

import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import java.security.cert.X509Certificate;
import java.util.List;

/** What stunnel tells of a handshake that failed. Where it has OpenSSL's file, line and number, there is the reason alone here. */
final class HandshakeLines {
    /** Before the name, in the detail of a wrong key. */
    private static final String IDENTITY = " of the identity ";

    private HandshakeLines() {}

    /**
     * Writes them.
     *
     * @param finished true if our side of the handshake was done: a TLS 1.3 server judges us after that
     */
    static void failed(ConnectionLines lines, ConnectionRecord record, HandshakeFailure failure, boolean finished) {
        String detail = requireNonNullElse(record.detail(), "");
        if (failure == HandshakeFailure.TIMEOUT) {
            lines.add(ConnectionLines.INFO, "ssl_start: s_poll_wait: TIMEOUTbusy exceeded: sending reset");
            return;
        }
        List<X509Certificate> refused = record.facts().refusedChain();
        if (!refused.isEmpty()) {
            CertificateLines.refused(
                    lines, refused, failure, detail, record.facts().openedAt());
            lines.add(ConnectionLines.DEBUG, "TLS alert (write): fatal: " + alertSent(failure));
        }
        String alert = AlertNames.in(detail);
        if (!alert.isEmpty()) {
            lines.add(ConnectionLines.DEBUG, "TLS alert (read): fatal: " + AlertNames.event(alert));
        }
        int identity = detail.indexOf(IDENTITY);
        if (failure == HandshakeFailure.WRONG_KEY && identity >= 0) {
            lines.add(
                    ConnectionLines.NOTICE,
                    "Key configured for PSK identity \"" + detail.substring(identity + IDENTITY.length()) + "\"");
        }
        if (failure == HandshakeFailure.UNKNOWN_IDENTITY && !lines.service().client()) {
            lines.add(ConnectionLines.INFO, "PSK identity not found (session resumption?)");
        }
        lines.add(
                ConnectionLines.ERR,
                function(lines.service().client(), finished) + ": " + reason(failure, detail, !refused.isEmpty()));
    }

    private static String function(boolean client, boolean finished) {
        return finished ? "SSL_read" : client ? "SSL_connect" : "SSL_accept";
    }

    /** In OpenSSL's words, as far as it would say the same. */
    private static String reason(HandshakeFailure failure, String detail, boolean certificateRefused) {
        if (certificateRefused) {
            return "certificate verify failed";
        }
        return switch (failure) {
            case NO_CERTIFICATE -> "peer did not return a certificate";
            case CLOSED -> isReset(detail) ? "Connection reset by peer (104)" : "unexpected eof while reading";
            case NO_COMMON_VERSION -> AlertNames.in(detail).isEmpty() ? "unsupported protocol" : error(detail);
            case NO_COMMON_CIPHER -> detail.startsWith("no shared group") ? "no suitable key share" : error(detail);
            default -> error(detail);
        };
    }

    /** Of what the engine or the peer said. */
    static String error(String detail) {
        String alert = AlertNames.in(detail);
        return alert.isEmpty() ? EndLines.firstSentence(detail) : AlertNames.error(alert);
    }

    /** What the TLS engine sends the peer of a verdict. */
    private static String alertSent(HandshakeFailure failure) {
        return switch (failure) {
            case UNTRUSTED -> "unknown CA";
            case EXPIRED -> "certificate expired";
            case REVOKED -> "certificate revoked";
            case STATUS_UNKNOWN -> "certificate unknown";
            default -> "bad certificate";
        };
    }

    /** True if an alert ended it, ours or the peer's: stunnel resets no TLS connection after one. */
    static boolean isByAlert(HandshakeFailure failure, String detail) {
        return switch (failure) {
            case NOT_TLS, TIMEOUT -> false;
            case CLOSED -> !isReset(detail);
            default -> true;
        };
    }

    private static boolean isReset(String detail) {
        return detail.contains("reset");
    }
}
