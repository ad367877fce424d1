package io.ferrule.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how a tunnel speaks TLS. What has no effect, or contradicts something else, is a problem. */
final class TlsReader {
    private static final int MOST_SESSIONS = 1_000_000;
    /** RFC 8446 §4.6.1: no ticket is used for longer. */
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(7);

    private final Role role;
    private final Values values;
    private boolean sound = true;

    TlsReader(Role role, Values values) {
        this.role = role;
        this.values = values;
    }

    /** The settings; the defaults after a problem. */
    TlsSettings read() {
        TlsVersion maximum = values.required("tls-max-version", TlsVersion::parse);
        PostQuantum postQuantum = values.oneOf("post-quantum", PostQuantum.class);
        TlsVersion minimum = minimum(postQuantum);
        List<String> ciphers = values.list("tls-ciphers", TlsNames::cipher);
        List<String> groups = values.list("tls-groups", TlsNames::group);
        List<String> signatures = values.list("tls-signatures", TlsNames::signature);
        boolean clientChooses = role == Role.SERVER && values.required("cipher-preference", this::clientChooses);
        versions(minimum, maximum, postQuantum);
        groups(groups, maximum);
        if (minimum == TlsVersion.TLS_1_3) {
            refuseIfSaid("tls-ciphers", "it chooses suites of TLS 1.2, and only TLS 1.3 is spoken here: remove it");
            if (clientChooses) {
                refuse("cipher-preference", "it is about TLS 1.2, and only TLS 1.3 is spoken here: remove it");
            }
        }
        List<String> alpn = values.list("alpn", TlsReader::protocol);
        Sessions sessions = sessions();
        return sound
                ? new TlsSettings(
                        minimum, maximum, alpn, ciphers, groups, postQuantum, signatures, clientChooses, sessions)
                : TlsSettings.DEFAULT;
    }

    private TlsVersion minimum(PostQuantum postQuantum) {
        boolean needed = postQuantum == PostQuantum.REQUIRED;
        TlsVersion minimum = values.required("tls-min-version", TlsVersion::parse);
        if (needed && values.has("tls-min-version") && minimum != TlsVersion.TLS_1_3) {
            refuse("tls-min-version", "post-quantum: required needs TLS 1.3: remove this, or write 1.3");
        }
        return needed ? TlsVersion.TLS_1_3 : minimum;
    }

    private void versions(TlsVersion minimum, TlsVersion maximum, PostQuantum postQuantum) {
        if (minimum.compareTo(maximum) <= 0) {
            return;
        }
        if (postQuantum == PostQuantum.REQUIRED) {
            refuse("tls-max-version", "post-quantum: required needs TLS 1.3: remove this, or write 1.3");
        } else {
            refuse(
                    values.has("tls-min-version") ? "tls-min-version" : "tls-max-version",
                    "tls-min-version " + minimum + " is newer than tls-max-version " + maximum + ": swap or drop one");
        }
    }

    private void groups(List<String> groups, TlsVersion maximum) {
        if (!groups.isEmpty()) {
            refuseIfSaid("post-quantum", "tls-groups says already which groups there are: remove one of the two");
            if (maximum == TlsVersion.TLS_1_2 && groups.stream().noneMatch(TlsNames::isOfTls12)) {
                refuse("tls-groups", "TLS 1.2 has none of these, and nothing newer is spoken: add X25519");
            }
        }
    }

    private Sessions sessions() {
        boolean tickets = values.required("session-tickets", TlsReader::onOrOff);
        @Nullable Path ticketKeys = role == Role.SERVER ? values.path("ticket-keys") : null;
        if (ticketKeys != null && !tickets) {
            refuse("ticket-keys", "without session-tickets no key is used: remove one of the two");
        }
        return new Sessions(
                tickets,
                ticketKeys,
                values.count("session-cache", 0, MOST_SESSIONS),
                values.required("session-lifetime", TlsReader::lifetime));
    }

    private boolean clientChooses(String text) {
        String who = text.strip();
        if (!who.equals("server") && !who.equals("client")) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not server or client");
        }
        return who.equals("client");
    }

    private static boolean onOrOff(String text) {
        return switch (text.strip()) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw new IllegalArgumentException(Quoted.of(text) + " is not on or off");
        };
    }

    private static Duration lifetime(String text) {
        Duration lifetime = DurationText.parse(text);
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not between 1s and 7d; sessions are not continued at all with"
                            + " session-tickets: off and session-cache: 0");
        }
        return lifetime;
    }

    private static String protocol(String text) {
        // Names are octets on the wire (RFC 7301 §3.1); every registered one in use is ASCII.
        if (text.length() > 255 || !text.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not an ALPN protocol: 1 to 255 ASCII characters without spaces");
        }
        return text;
    }

    private void refuseIfSaid(String name, String message) {
        if (values.has(name)) {
            refuse(name, message);
        }
    }

    private void refuse(String name, String message) {
        sound = false;
        values.problem(name, message);
    }
}
