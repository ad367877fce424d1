package io.ferrule.psk;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import java.io.IOException;
import java.util.Locale;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;

/** What Bouncy Castle's errors mean in our words; the part before a colon is OpenSSL's, where it would say the same. */
final class PskErrors {
    private static final String WRONG_KEY = ": the client has another pre-shared key of the identity ";

    private PskErrors() {}

    /** In the handshake. */
    static ConnectionFailure ofHandshake(Leg leg, IOException error, PskPeer peer) {
        HandshakeFailure kind = kind(leg, error);
        String named = peer instanceof PskServer server ? server.named() : null;
        String words =
                words(leg, error) + (kind == HandshakeFailure.WRONG_KEY && named != null ? WRONG_KEY + named : "");
        return new ConnectionFailure(CloseReason.handshakeFailed(leg), kind, words);
    }

    /** After it. */
    static ConnectionFailure later(Leg leg, IOException error) {
        return new ConnectionFailure(
                CloseReason.tlsError(leg),
                error instanceof TlsFatalAlert ours ? plain(ours.getAlertDescription()) : words(leg, error));
    }

    private static HandshakeFailure kind(Leg leg, IOException error) {
        if (error instanceof PskConnection.NotTls) {
            return HandshakeFailure.NOT_TLS;
        }
        if (error instanceof TlsFatalAlertReceived theirs) {
            return theirs.getAlertDescription() == AlertDescription.protocol_version
                    ? HandshakeFailure.NO_COMMON_VERSION
                    : HandshakeFailure.REFUSED_BY_PEER;
        }
        if (error instanceof TlsFatalAlert ours) {
            return switch (ours.getAlertDescription()) {
                case AlertDescription.protocol_version -> HandshakeFailure.NO_COMMON_VERSION;
                case AlertDescription.handshake_failure ->
                    isCertificate(ours) ? HandshakeFailure.UNKNOWN_IDENTITY : HandshakeFailure.NO_COMMON_CIPHER;
                case AlertDescription.unknown_psk_identity -> HandshakeFailure.UNKNOWN_IDENTITY;
                case AlertDescription.decrypt_error -> HandshakeFailure.WRONG_KEY;
                case AlertDescription.bad_record_mac ->
                    leg == Leg.ACCEPT ? HandshakeFailure.WRONG_KEY : HandshakeFailure.PROTOCOL_ERROR;
                default -> HandshakeFailure.PROTOCOL_ERROR;
            };
        }
        return HandshakeFailure.PROTOCOL_ERROR;
    }

    private static boolean isCertificate(TlsFatalAlert alert) {
        return String.valueOf(alert.getMessage()).contains(PskClient.CERTIFICATE);
    }

    private static String words(Leg leg, IOException error) {
        if (error instanceof TlsFatalAlertReceived theirs) {
            String alert = name(theirs.getAlertDescription());
            return "the peer sent the alert " + alert + meaning(leg, theirs.getAlertDescription());
        }
        if (error instanceof TlsFatalAlert ours) {
            return words(ours);
        }
        return String.valueOf(error.getMessage());
    }

    private static String words(TlsFatalAlert ours) {
        return switch (ours.getAlertDescription()) {
            case AlertDescription.protocol_version -> "unsupported protocol";
            case AlertDescription.unknown_psk_identity ->
                (String.valueOf(ours.getMessage()).contains(PskServer.UNKNOWN_13)
                                ? PskServer.UNKNOWN_13
                                : PskServer.UNKNOWN_12)
                        + ": the client named no pre-shared key that is known here";
            case AlertDescription.handshake_failure ->
                isCertificate(ours)
                        ? PskClient.CERTIFICATE + ": it began to show a certificate instead"
                        : "no shared cipher: no suite or group with pre-shared keys is known to both";
            case AlertDescription.decrypt_error ->
                (String.valueOf(ours.getMessage()).contains("binder")
                        ? "binder does not verify"
                        : "digest check failed");
            case AlertDescription.bad_record_mac -> "decryption failed or bad record mac";
            default -> plain(ours.getAlertDescription());
        };
    }

    private static String plain(short alert) {
        return "the peer broke the protocol (" + name(alert) + ")";
    }

    /** As RFC 8446 §6 has it. */
    private static String name(short alert) {
        return AlertDescription.getName(alert).toLowerCase(Locale.ROOT);
    }

    /** What an operator can make of an alert. */
    private static String meaning(Leg leg, short alert) {
        if (leg == Leg.ACCEPT) {
            return "";
        }
        return switch (alert) {
            case AlertDescription.unknown_psk_identity -> ": it knows no pre-shared key of that identity";
            case AlertDescription.handshake_failure ->
                ": it knows no pre-shared key of that identity, or no cipher or group that was offered suits it";
            case AlertDescription.decrypt_error, AlertDescription.illegal_parameter, AlertDescription.bad_record_mac ->
                ": its pre-shared key of that identity is probably another one";
            case AlertDescription.protocol_version -> ": it speaks none of the TLS versions offered";
            default -> "";
        };
    }
}
