package io.ferrule.stunnel;

import static java.util.Objects.requireNonNullElse;

import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;

/** What stunnel tells of a connection's end: what happened, and at last how much it carried. */
final class EndLines {
    private static final String RESET = "Connection reset by peer (104)";
    private static final String TIMED_OUT = "Connection timed out (110)";

    private final ConnectionLines lines;
    private final ConnectionRecord record;
    private final Leg tlsLeg;

    private EndLines(ConnectionLines lines, ConnectionRecord record) {
        this.lines = lines;
        this.record = record;
        this.tlsLeg = tlsLeg(lines);
    }

    /** The peer of one side sends no more, and the other side is told so. */
    static void finished(ConnectionLines lines, Leg leg) {
        if (leg == tlsLeg(lines)) {
            lines.add(ConnectionLines.DEBUG, "TLS alert (read): warning: close notify");
            lines.add(ConnectionLines.INFO, "TLS closed (SSL_read)");
            lines.add(ConnectionLines.DEBUG, "Sent socket write shutdown");
        } else {
            lines.add(ConnectionLines.INFO, "Read socket closed (readsocket)");
            lines.add(ConnectionLines.DEBUG, "Sending close_notify alert");
            lines.add(ConnectionLines.DEBUG, "TLS alert (write): warning: close notify");
            lines.add(ConnectionLines.INFO, "SSL_shutdown successfully sent close_notify alert");
        }
    }

    private static Leg tlsLeg(ConnectionLines lines) {
        return lines.service().client() ? Leg.CONNECT : Leg.ACCEPT;
    }

    /** All but the line that counts those left. */
    static void write(ConnectionLines lines, ConnectionRecord record) {
        EndLines end = new EndLines(lines, record);
        end.cause();
        end.counts();
    }

    private void cause() {
        switch (record.reason()) {
            case CLIENT_NOT_PERMITTED,
                    CLIENT_NEGOTIATION_FAILED,
                    TARGET_NEGOTIATION_FAILED,
                    NEGOTIATION_ENDED -> {} // noted when it happened
            case CLIENT_CLOSED, TARGET_CLOSED -> {} // each has been told of when it had finished
            case CLIENT_RESET -> broken(Leg.ACCEPT, RESET);
            case TARGET_RESET -> broken(Leg.CONNECT, RESET);
            case CLIENT_UNRESPONSIVE -> broken(Leg.ACCEPT, TIMED_OUT);
            case TARGET_UNRESPONSIVE -> broken(Leg.CONNECT, TIMED_OUT);
            case CLIENT_TRUNCATED, TARGET_TRUNCATED -> lines.add(ConnectionLines.INFO, "TLS socket closed (SSL_read)");
            case CLIENT_TLS_ERROR, TARGET_TLS_ERROR -> tlsBroken();
            case CLIENT_HANDSHAKE_FAILED, TARGET_HANDSHAKE_FAILED ->
                HandshakeLines.failed(
                        lines,
                        record,
                        requireNonNullElse(record.handshakeFailure(), HandshakeFailure.PROTOCOL_ERROR),
                        record.facts().tls(tlsLeg) != null);
            case CONNECT_FAILED, CONNECT_TIMEOUT -> notConnected();
            case IDLE_TIMEOUT ->
                lines.add(ConnectionLines.INFO, "transfer: s_poll_wait: TIMEOUTidle exceeded: sending reset");
            case HALF_CLOSE_TIMEOUT ->
                lines.add(ConnectionLines.ERR, "transfer: s_poll_wait: TIMEOUTclose exceeded: closing");
            case PROXY_HEADER_REFUSED,
                    TOO_MANY_CONNECTIONS,
                    TOO_MANY_FROM_SOURCE,
                    TOO_MANY_HANDSHAKES,
                    PERMISSION_GONE,
                    STOPPED,
                    OUT_OF_MEMORY,
                    INTERNAL_ERROR ->
                lines.add(ConnectionLines.ERR, record.reason().sentence()); // stunnel has no such end
        }
    }

    private void broken(Leg leg, String error) {
        if (leg == tlsLeg) {
            lines.add(ConnectionLines.INFO, "TLS fd: " + error);
            lines.add(ConnectionLines.INFO, "TLS socket closed (SSL_read)");
        } else {
            lines.add(ConnectionLines.ERR, "readsocket: " + error);
        }
    }

    private void tlsBroken() {
        String alert = AlertNames.in(detail());
        if (!alert.isEmpty()) {
            lines.add(ConnectionLines.DEBUG, "TLS alert (read): fatal: " + AlertNames.event(alert));
        }
        lines.add(ConnectionLines.ERR, "SSL_read: " + HandshakeLines.error(detail()));
    }

    private void notConnected() {
        if (lines.hadNoAddress()) {
            lines.add(ConnectionLines.ERR, "No remote host resolved");
            return;
        }
        if (lines.toProgram() || lines.hadNoDestination()) {
            return; // it has been told why
        }
        if (!lines.triedAnAddress()) { // those before it had failed; it was not its turn
            lines.add(ConnectionLines.ERR, "s_connect: " + firstSentence(detail()));
        }
        lines.add(ConnectionLines.ERR, "No more addresses to connect");
    }

    private void counts() {
        ConnectionFacts facts = record.facts();
        boolean client = tlsLeg == Leg.CONNECT;
        long toTls = !carried() ? 0 : client ? facts.bytesFromClient() : facts.bytesFromTarget();
        long toSocket = !carried() ? 0 : client ? facts.bytesFromTarget() : facts.bytesFromClient();
        lines.add(
                ConnectionLines.NOTICE,
                "Connection " + word() + ": " + toTls + " byte(s) sent to TLS, " + toSocket
                        + " byte(s) sent to socket");
    }

    /** False if what one end had sent already never left for the other. */
    private boolean carried() {
        return switch (record.reason()) {
            case CONNECT_FAILED, CONNECT_TIMEOUT -> false;
            case CLIENT_HANDSHAKE_FAILED, TARGET_HANDSHAKE_FAILED ->
                record.facts().tls(tlsLeg) != null;
            default -> true;
        };
    }

    /** The first word is of the connection to the target, the second of the client's. */
    private String word() {
        switch (record.reason()) {
            case CLIENT_CLOSED, TARGET_CLOSED, HALF_CLOSE_TIMEOUT, NEGOTIATION_ENDED -> {
                return "closed";
            }
            default -> {}
        }
        if (!isByAlert()) {
            return "reset";
        }
        return tlsLeg == Leg.ACCEPT ? "reset/closed" : "closed/reset";
    }

    private boolean isByAlert() {
        return switch (record.reason()) {
            case CLIENT_TLS_ERROR, TARGET_TLS_ERROR -> true;
            case CLIENT_HANDSHAKE_FAILED, TARGET_HANDSHAKE_FAILED ->
                HandshakeLines.isByAlert(
                        requireNonNullElse(record.handshakeFailure(), HandshakeFailure.PROTOCOL_ERROR), detail());
            default -> false;
        };
    }

    private String detail() {
        return requireNonNullElse(record.detail(), "");
    }

    /** Up to what is said of it besides. */
    static String firstSentence(String detail) {
        return detail.split("[;\n]|: ", 2)[0];
    }
}
