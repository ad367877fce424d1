package io.ferrule.tls;

import io.netty.buffer.ByteBuf;
import java.util.Map;

/**
 * The alert of a client that gives up a TLS 1.3 handshake before it has begun to encrypt, as OpenSSL's does when it does not trust
 * the certificate. BoringSSL expects an encrypted record by then, and only says that this is none. Whoever is on the way can write
 * such an alert: it explains an end that has come anyway, and decides nothing.
 */
final class PlaintextAlert {
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int FATAL = 2;
    private static final int HEADER_BYTES = 5;

    /** RFC 8446 §6, those that a peer may send for what it was shown or offered. */
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(10, "UNEXPECTED_MESSAGE"),
            Map.entry(40, "HANDSHAKE_FAILURE"),
            Map.entry(42, "BAD_CERTIFICATE"),
            Map.entry(43, "UNSUPPORTED_CERTIFICATE"),
            Map.entry(44, "CERTIFICATE_REVOKED"),
            Map.entry(45, "CERTIFICATE_EXPIRED"),
            Map.entry(46, "CERTIFICATE_UNKNOWN"),
            Map.entry(47, "ILLEGAL_PARAMETER"),
            Map.entry(48, "UNKNOWN_CA"),
            Map.entry(49, "ACCESS_DENIED"),
            Map.entry(50, "DECODE_ERROR"),
            Map.entry(51, "DECRYPT_ERROR"),
            Map.entry(70, "PROTOCOL_VERSION"),
            Map.entry(71, "INSUFFICIENT_SECURITY"),
            Map.entry(80, "INTERNAL_ERROR"),
            Map.entry(109, "MISSING_EXTENSION"),
            Map.entry(110, "UNSUPPORTED_EXTENSION"),
            Map.entry(113, "BAD_CERTIFICATE_STATUS_RESPONSE"),
            Map.entry(116, "CERTIFICATE_REQUIRED"),
            Map.entry(120, "NO_APPLICATION_PROTOCOL"));

    private PlaintextAlert() {}

    /**
     * What BoringSSL would have called the alert that made it fail.
     *
     * @param error its own name for the failure
     * @param in holds what it was given last
     * @param from where that begins in {@code in}; a record begins there
     * @return {@code error} if there is no such alert
     */
    static String instead(String error, ByteBuf in, int from) {
        if (TlsErrors.isAlert(error)) {
            return error;
        }
        int at = from;
        while (in.writerIndex() - at >= HEADER_BYTES + 1) {
            int body = in.getUnsignedShort(at + 3);
            int type = in.getUnsignedByte(at);
            if (type == ALERT && body == 2 && in.writerIndex() - at >= HEADER_BYTES + body) {
                String name = NAMES.get((int) in.getUnsignedByte(at + HEADER_BYTES + 1));
                return in.getUnsignedByte(at + HEADER_BYTES) == FATAL && name != null ? "TLSV1_ALERT_" + name : error;
            }
            if (type != CHANGE_CIPHER_SPEC) {
                return error;
            }
            at += HEADER_BYTES + body;
        }
        return error;
    }
}
