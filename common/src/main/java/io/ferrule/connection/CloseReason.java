package io.ferrule.connection;

import org.slf4j.event.Level;

/**
 * How a connection ended. Every connection ends with exactly one; metrics, log lines and the manual's table follow from
 * here.
 */
public enum CloseReason {
    CLIENT_CLOSED(
            "client_closed", Origin.CLIENT, Level.INFO, "the client finished first, both directions ended cleanly"),
    TARGET_CLOSED(
            "target_closed", Origin.TARGET, Level.INFO, "the target finished first, both directions ended cleanly"),
    CLIENT_RESET(
            "client_reset", Origin.CLIENT, Level.INFO, "the client reset its connection; the target was reset too"),
    TARGET_RESET(
            "target_reset", Origin.TARGET, Level.WARN, "the target reset its connection; the client was reset too"),
    CLIENT_TRUNCATED(
            "client_truncated",
            Origin.CLIENT,
            Level.INFO,
            "the client's TCP ended without close_notify, so its stream may be cut; the target was reset"),
    TARGET_TRUNCATED(
            "target_truncated",
            Origin.TARGET,
            Level.WARN,
            "the target's TCP ended without close_notify, so its stream may be cut; the client was reset"),
    CLIENT_TLS_ERROR(
            "client_tls_error",
            Origin.CLIENT,
            Level.WARN,
            "the client ended TLS with an alert, or sent a broken or forged record; detail says which"),
    TARGET_TLS_ERROR(
            "target_tls_error",
            Origin.TARGET,
            Level.WARN,
            "the target ended TLS with an alert, or sent a broken or forged record; detail says which"),
    CLIENT_UNRESPONSIVE(
            "client_unresponsive",
            Origin.CLIENT,
            Level.INFO,
            "TCP got no sign of life from the client for too long (keepalive, unacknowledged-timeout)"),
    TARGET_UNRESPONSIVE(
            "target_unresponsive",
            Origin.TARGET,
            Level.WARN,
            "TCP got no sign of life from the target for too long (keepalive, unacknowledged-timeout)"),
    PROXY_HEADER_REFUSED(
            "proxy_header_refused",
            Origin.CLIENT,
            Level.WARN,
            "the connection did not begin with the PROXY header that accept-proxy asks for; detail says what was wrong"),
    CLIENT_NOT_PERMITTED(
            "client_not_permitted",
            Origin.CLIENT,
            Level.WARN,
            "the client was refused by where it comes from: by libwrap or ident of a stunnel configuration; detail says why"),
    CLIENT_HANDSHAKE_FAILED(
            "client_handshake_failed", Origin.CLIENT, Level.WARN, "the TLS handshake with the client failed"),
    TARGET_HANDSHAKE_FAILED(
            "target_handshake_failed", Origin.TARGET, Level.WARN, "the TLS handshake with the target failed"),
    CLIENT_NEGOTIATION_FAILED(
            "client_negotiation_failed",
            Origin.CLIENT,
            Level.WARN,
            "the client said something else than the protocol in front of TLS asks for, or nothing"),
    TARGET_NEGOTIATION_FAILED(
            "target_negotiation_failed",
            Origin.TARGET,
            Level.WARN,
            "the target said something else than the protocol in front of TLS asks for, or nothing"),
    NEGOTIATION_ENDED(
            "negotiation_ended",
            Origin.FERRULE,
            Level.INFO,
            "the protocol in front of TLS came to an end of its own, and nothing was relayed"),
    CONNECT_FAILED("connect_failed", Origin.TARGET, Level.WARN, "the target could not be reached"),
    CONNECT_TIMEOUT("connect_timeout", Origin.TARGET, Level.WARN, "the target did not answer within connect-timeout"),
    TOO_MANY_CONNECTIONS(
            "too_many_connections",
            Origin.FERRULE,
            Level.WARN,
            "refused: as many connections are open as max-connections allows"),
    TOO_MANY_FROM_SOURCE(
            "too_many_from_source",
            Origin.FERRULE,
            Level.WARN,
            "refused: the client's address holds as many connections as max-connections-per-source allows"),
    TOO_MANY_HANDSHAKES(
            "too_many_handshakes",
            Origin.FERRULE,
            Level.WARN,
            "refused: as many handshakes are in progress as max-handshakes allows"),
    IDLE_TIMEOUT("idle_timeout", Origin.FERRULE, Level.INFO, "no byte in either direction for idle-timeout"),
    HALF_CLOSE_TIMEOUT(
            "half_close_timeout",
            Origin.FERRULE,
            Level.INFO,
            "one direction had ended and the other stayed silent for half-close-timeout"),
    PERMISSION_GONE(
            "permission_gone",
            Origin.FERRULE,
            Level.WARN,
            "cut because the peer may no longer connect: revoked, denied, or no longer in the configuration"),
    STOPPED(
            "stopped",
            Origin.FERRULE,
            Level.WARN,
            "cut because the program was stopping or a reload had removed the tunnel: drain-timeout was over, or a second"
                    + " signal came"),
    OUT_OF_MEMORY(
            "out_of_memory",
            Origin.FERRULE,
            Level.WARN,
            "cut because no buffer memory was left for its bytes: slow readers hold it all; lower buffer or"
                    + " max-connections, or raise -XX:MaxDirectMemorySize"),
    INTERNAL_ERROR("internal_error", Origin.FERRULE, Level.ERROR, "a defect in Ferrule; the log has a stack trace");

    /** Who began the end. */
    public enum Origin {
        CLIENT,
        TARGET,
        FERRULE
    }

    private final String label;
    private final Origin origin;
    private final Level level;
    private final String sentence;

    CloseReason(String label, Origin origin, Level level, String sentence) {
        this.label = label;
        this.origin = origin;
        this.level = level;
        this.sentence = sentence;
    }

    /** The metric tag and log value. */
    public String label() {
        return label;
    }

    /** Who began the end: the client (accept leg), the target (connect leg), or a rule of ours. */
    public Origin origin() {
        return origin;
    }

    /** The level of the connection's one log line. */
    public Level level() {
        return level;
    }

    /** What happened, for people; the manual's table is made of these. */
    public String sentence() {
        return sentence;
    }

    /** The peer of {@code leg} was the first to finish, and all ended cleanly. */
    public static CloseReason closed(Leg leg) {
        return leg == Leg.ACCEPT ? CLIENT_CLOSED : TARGET_CLOSED;
    }

    /** The peer of {@code leg} reset its connection. */
    public static CloseReason reset(Leg leg) {
        return leg == Leg.ACCEPT ? CLIENT_RESET : TARGET_RESET;
    }

    /** The stream from the peer of {@code leg} ended without close_notify. */
    public static CloseReason truncated(Leg leg) {
        return leg == Leg.ACCEPT ? CLIENT_TRUNCATED : TARGET_TRUNCATED;
    }

    /** The peer of {@code leg} broke TLS after the handshake. */
    public static CloseReason tlsError(Leg leg) {
        return leg == Leg.ACCEPT ? CLIENT_TLS_ERROR : TARGET_TLS_ERROR;
    }

    /** The peer of {@code leg} no longer answers. */
    public static CloseReason unresponsive(Leg leg) {
        return leg == Leg.ACCEPT ? CLIENT_UNRESPONSIVE : TARGET_UNRESPONSIVE;
    }

    /** The handshake with the peer of {@code leg} failed. */
    public static CloseReason handshakeFailed(Leg leg) {
        return leg == Leg.ACCEPT ? CLIENT_HANDSHAKE_FAILED : TARGET_HANDSHAKE_FAILED;
    }

    /** What was to be said to the peer of {@code leg} around TLS failed. */
    public static CloseReason negotiationFailed(Leg leg) {
        return leg == Leg.ACCEPT ? CLIENT_NEGOTIATION_FAILED : TARGET_NEGOTIATION_FAILED;
    }

    /** True if both directions ended the way their senders meant them to. */
    public boolean clean() {
        return this == CLIENT_CLOSED || this == TARGET_CLOSED;
    }
}
