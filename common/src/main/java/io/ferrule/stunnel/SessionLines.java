package io.ferrule.stunnel;

import io.ferrule.connection.TlsSession;
import java.util.Locale;
import java.util.Map;

/** What stunnel tells of a handshake that succeeded, once the peer's certificate has been told of. */
final class SessionLines {
    /** By the group's name; others are told without their size. */
    private static final Map<String, String> KEYS = Map.of(
            "X25519", "X25519, 253 bits",
            "P-256", "ECDH, P-256, 256 bits",
            "P-384", "ECDH, P-384, 384 bits",
            "P-521", "ECDH, P-521, 521 bits",
            "ffdhe2048", "DH, 2048 bits",
            "ffdhe3072", "DH, 3072 bits",
            "ffdhe4096", "DH, 4096 bits");

    private SessionLines() {}

    static void write(ConnectionLines lines, TlsSession session) {
        lines.add(
                ConnectionLines.INFO,
                (lines.service().client() ? "TLS connected: " : "TLS accepted: ")
                        + (isReused(lines.service().client(), session)
                                ? "previous session reused"
                                : "new session negotiated"));
        lines.add(
                ConnectionLines.INFO,
                session.version() + " ciphersuite: " + session.cipher() + " (" + bits(session.cipher())
                        + "-bit encryption)");
        lines.add(ConnectionLines.INFO, key(lines.service().client(), session));
        lines.add(ConnectionLines.DEBUG, "Compression: null, expansion: null");
    }

    /** To OpenSSL's client a key of TLS 1.3 that both sides have is a session. */
    private static boolean isReused(boolean client, TlsSession session) {
        return session.resumed()
                || (client && session.preShared() != null && session.version().equals("TLSv1.3"));
    }

    /** With TLS 1.2 a server has no key of the client's to tell of, and neither side has one in a continued session. */
    private static String key(boolean client, TlsSession session) {
        boolean tls13 = session.version().equals("TLSv1.3");
        if (session.group().equals("none") || (!tls13 && (session.resumed() || !client))) {
            return "No peer temporary key received";
        }
        return "Peer temporary key: " + KEYS.getOrDefault(session.group(), session.group());
    }

    private static int bits(String cipher) {
        String name = cipher.toUpperCase(Locale.ROOT);
        if (name.contains("256_GCM")
                || name.contains("AES256")
                || name.contains("AES_256")
                || name.contains("CHACHA20")) {
            return 256;
        }
        return name.contains("3DES") || name.contains("DES-CBC3") ? 112 : 128;
    }
}
