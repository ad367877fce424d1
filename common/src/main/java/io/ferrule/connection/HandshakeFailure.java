package io.ferrule.connection;

/** Why a TLS handshake did not succeed: a metric tag, and a sentence for the manual. */
public enum HandshakeFailure {
    PIN_MISMATCH("pin_mismatch", "the peer's key is none of the pinned or invited ones"),
    CERTIFICATE_MISMATCH("certificate_mismatch", "the peer's certificate is not the stored one (subject and key)"),
    UNTRUSTED("untrusted", "the peer's chain does not lead to a certificate of the authority"),
    NAME_MISMATCH("name_mismatch", "the peer's certificate is not issued for an allowed name"),
    EXPIRED("expired", "the peer's certificate has expired"),
    NOT_YET_VALID("not_yet_valid", "the peer's certificate is not valid yet; check both clocks"),
    NO_CERTIFICATE("no_certificate", "the peer showed no certificate though one is needed"),
    REVOKED("revoked", "the peer's certificate, or one above it, has been revoked by who issued it"),
    STATUS_UNKNOWN("status_unknown", "whether the peer's certificate has been revoked could not be found out"),
    DENIED("denied", "the peer's key or certificate is on the deny list"),
    UNKNOWN_NAME("unknown_name", "the client asked for a server name that the listener does not serve"),
    UNKNOWN_IDENTITY("unknown_identity", "the client named a pre-shared key that the server does not have"),
    WRONG_KEY("wrong_key", "the client's pre-shared key is not the server's of that identity"),
    REFUSED_BY_PEER("refused_by_peer", "the peer ended the handshake with an alert; the log line names it"),
    NOT_TLS("not_tls", "the peer does not speak TLS, for instance plain Redis or HTTP"),
    NO_COMMON_VERSION("no_common_version", "no TLS version is spoken by both; TLS 1.0 and 1.1 are refused"),
    NO_COMMON_CIPHER("no_common_cipher", "no cipher suite, group or signature algorithm is known to both"),
    CLOSED("closed", "the peer closed or reset the connection during the handshake"),
    OWN_KEY("own_key", "the own key, which stays in a token, did not sign; the log line says why"),
    TIMEOUT("timeout", "the handshake did not finish before its deadline"),
    PROTOCOL_ERROR("protocol_error", "the peer broke the TLS protocol");

    private final String label;
    private final String sentence;

    HandshakeFailure(String label, String sentence) {
        this.label = label;
        this.sentence = sentence;
    }

    /** The metric tag and log value. */
    public String label() {
        return label;
    }

    /** What happened, for people; the manual's table is made of these. */
    public String sentence() {
        return sentence;
    }
}
