package io.ferrule.tunnel;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.DurationText;
import io.ferrule.config.PreSharedKey;
import io.ferrule.config.PreSharedKeys;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.HandshakeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What pre-shared keys come to, in plain sentences for the operator; where a leg has none, what {@link TlsWords} says. */
final class PskWords {
    private static final int MOST_NAMED = 5;

    private PskWords() {}

    /** Who may connect. */
    static List<String> clients(PreSharedKeys keys) {
        String named = keys.keys().stream()
                .limit(MOST_NAMED)
                .map(PreSharedKey::identity)
                .collect(Collectors.joining(", "));
        int more = keys.keys().size() - MOST_NAMED;
        return List.of("Clients that have the pre-shared key of one of these identities: " + named
                + (more > 0 ? " and " + more + " more" : "") + ". Client and server prove it to each other.");
    }

    /** What the server is known by. */
    static List<String> server(ServerTrust.PreShared preShared) {
        return List.of(
                "It has the pre-shared key of the identity " + preShared.key().identity() + " too.");
    }

    static List<String> spoken(AcceptTls accept) {
        PreSharedKeys keys = accept.preShared();
        if (keys == null) {
            return TlsWords.spoken(accept.settings());
        }
        List<String> words = new ArrayList<>();
        if (!accept.isPreSharedOnly()) {
            TlsWords.spoken(accept.settings()).forEach(word -> words.add("With certificates: " + word));
        }
        words.addAll(spoken(accept.settings(), keys.ciphers()));
        return words;
    }

    static List<String> spoken(ConnectTls connect) {
        return connect.trust() instanceof ServerTrust.PreShared preShared
                ? spoken(connect.settings(), preShared.ciphers())
                : TlsWords.spoken(connect.settings());
    }

    private static List<String> spoken(TlsSettings settings, List<String> ciphers) {
        boolean tls12 = settings.minimum() == TlsVersion.TLS_1_2 && !ciphers.isEmpty();
        List<String> words = new ArrayList<>();
        words.add("With pre-shared keys: TLS "
                + (!tls12 ? "1.3" : settings.maximum() == TlsVersion.TLS_1_2 ? "1.2" : "1.2 and 1.3")
                + ", by Bouncy Castle.");
        if (tls12) {
            words.add("Suites of TLS 1.2: " + String.join(", ", ciphers) + ".");
            if (ciphers.stream().anyMatch(cipher -> cipher.startsWith("PSK-"))) {
                words.add("With those that begin with PSK, whoever gets hold of the key can read all that was recorded"
                        + " before.");
            }
        }
        return words;
    }

    static List<String> ticketed(AcceptTls accept) {
        Sessions sessions = accept.settings().sessions();
        if (accept.preShared() == null) {
            return TlsWords.ticketed(sessions);
        }
        List<String> words = new ArrayList<>();
        if (!accept.isPreSharedOnly()) {
            TlsWords.ticketed(sessions).forEach(word -> words.add("With certificates: " + word));
        }
        words.add(continued(sessions));
        return words;
    }

    static List<String> kept(ConnectTls connect) {
        Sessions sessions = connect.settings().sessions();
        return connect.trust() instanceof ServerTrust.PreShared
                ? List.of(continued(sessions))
                : TlsWords.kept(sessions);
    }

    private static String continued(Sessions sessions) {
        return sessions.kept() == 0
                ? "With pre-shared keys: not at all, each connection makes a whole handshake."
                : "With pre-shared keys: those of TLS 1.2 from memory, up to " + sessions.kept()
                        + " of them, for at most " + DurationText.of(sessions.lifetime()) + "; those of TLS 1.3 not.";
    }

    /** Clients that are. */
    static List<String> refused(AcceptTls accept) {
        List<String> words = new ArrayList<>();
        words.add(
                "A client with another key of a known identity: refused, " + HandshakeFailure.WRONG_KEY.label() + ".");
        if (accept.isPreSharedOnly()) {
            words.add("A client of an unknown identity: refused, " + HandshakeFailure.UNKNOWN_IDENTITY.label() + ".");
        }
        return words;
    }
}
