package io.ferrule.tunnel;

import io.ferrule.config.DurationText;
import io.ferrule.config.PostQuantum;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How TLS is spoken, in plain sentences for the operator. */
final class TlsWords {
    private TlsWords() {}

    /** Such as {@code TLS 1.2 and 1.3}; of none {@code plaintext}. */
    static String versions(@Nullable TlsSettings settings) {
        if (settings == null) {
            return "plaintext";
        }
        return "TLS " + settings.minimum()
                + (settings.minimum() == settings.maximum() ? "" : " and " + settings.maximum());
    }

    /** Versions, key agreement and what else is not left to BoringSSL. */
    static List<String> spoken(TlsSettings settings) {
        List<String> words = new ArrayList<>();
        words.add(versions(settings) + ".");
        if (!settings.groups().isEmpty()) {
            words.add("Key agreement by " + String.join(", ", settings.groups()) + ".");
        } else {
            words.add(quantum(settings.postQuantum()));
        }
        if (!settings.ciphers().isEmpty()) {
            words.add("Suites of TLS 1.2: " + String.join(", ", settings.ciphers()) + ".");
        }
        if (!settings.alpn().isEmpty()) {
            words.add("Protocols by ALPN: " + String.join(", ", settings.alpn()) + ".");
        }
        return words;
    }

    private static String quantum(PostQuantum choice) {
        return switch (choice) {
            case PREFERRED ->
                "Key agreement holds against quantum computers (X25519MLKEM768) with every peer that has it too.";
            case REQUIRED ->
                "Key agreement holds against quantum computers (X25519MLKEM768); a peer without it is refused.";
            case OFF -> "Key agreement does not hold against quantum computers.";
        };
    }

    /** How the sessions of clients are continued. */
    static List<String> ticketed(Sessions sessions) {
        if (!sessions.tickets()) {
            return List.of(
                    sessions.kept() == 0
                            ? "They are not continued: each connection makes a whole handshake."
                            : "Not by tickets; those of TLS 1.2 from memory, up to " + sessions.kept() + " of them.");
        }
        return List.of(
                "By tickets, for at most " + DurationText.of(sessions.lifetime())
                        + "; whoever continues one is judged again, by the rules of then.",
                keys(sessions));
    }

    private static String keys(Sessions sessions) {
        if (sessions.ticketSecrets() != null) {
            return "The key of tickets is made from two secrets, for every process that has these.";
        }
        return sessions.ticketKeys() == null
                ? "The keys of tickets are this process's own: another one, or the next start, makes whole handshakes."
                : "The keys of tickets are in " + sessions.ticketKeys() + ", for every process that has this file.";
    }

    /** How the sessions of a server are continued. */
    static List<String> kept(Sessions sessions) {
        return List.of(
                sessions.kept() == 0
                        ? "They are not continued: each connection makes a whole handshake."
                        : "Up to " + sessions.kept() + " are kept for the next connections, for at most "
                                + DurationText.of(sessions.lifetime())
                                + "; the server of a continued one is judged again.");
    }

    /** That such a peer is refused, without a full stop. */
    static String older(String who, TlsSettings settings) {
        return who + " that speaks only "
                + (settings.minimum() == TlsVersion.TLS_1_3 ? "TLS 1.2 or older" : "TLS 1.1 or older") + ": refused";
    }

    /** RFC 8446 §4.3.1 encrypts what older versions show: certificates, and the protocol chosen. */
    static String open(TlsSettings settings, String asked) {
        return "what everybody on the way can read: the server name that " + asked
                + (settings.minimum() == TlsVersion.TLS_1_3 ? "." : ", and with TLS 1.2 the certificates.");
    }
}
