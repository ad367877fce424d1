package io.ferrule.stunnel;

import io.ferrule.config.PostQuantum;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsNames;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.stunnel.StunnelService.Resumption;
import io.ferrule.stunnel.StunnelService.Tls;
import io.ferrule.stunnel.StunnelService.Version;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How a section wants TLS to be spoken, in the engine's terms. */
final class SectionTls {
    /** RFC 8446 §4.6.1. */
    private static final Duration LONGEST_SESSION = Duration.ofDays(7);

    private static final int MOST_SESSIONS = 100_000;

    private final StunnelService service;
    private Tls tls; // with its commands obeyed, once they are
    private final List<String> notices;

    SectionTls(StunnelService service, List<String> notices) {
        this.service = service;
        this.tls = service.tls();
        this.notices = notices;
    }

    /**
     * All of it.
     *
     * @throws Refusal if nothing is left that both stunnel and the engine would speak
     */
    TlsSettings settings() throws Refusal {
        tls = ConfigCommands.obeyed(service.tls(), notices);
        SecurityLevel level = SecurityLevel.of(service);
        Set<String> options = new HashSet<>(tls.optionsSet());
        options.removeAll(tls.optionsCleared());
        TlsVersion minimum = minimum(options);
        TlsVersion maximum = level.newest(minimum, maximum(options), notices);
        if (minimum.compareTo(maximum) > 0) {
            throw new Refusal("Failed to initialize TLS context", "no version of TLS is left: 1.2 and 1.3 are spoken");
        }
        return new TlsSettings(
                minimum,
                maximum,
                List.of(),
                level.suites(ciphers()),
                level.groups(groups()),
                PostQuantum.PREFERRED,
                level.signatures(),
                !options.contains("CIPHER_SERVER_PREFERENCE"),
                sessions(!options.contains("NO_TICKET") && !level.forbidsTickets()));
    }

    private TlsVersion minimum(Set<String> options) {
        Version asked = tls.minimum();
        if (asked != null && asked.compareTo(Version.TLSV1_2) < 0) {
            notices.add("TLS before 1.2 is not spoken: peers that know no other are refused, as with OpenSSL 3 unless"
                    + " securityLevel is 0");
        }
        return asked == Version.TLSV1_3 || options.contains("NO_TLSv1_2") ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
    }

    private TlsVersion maximum(Set<String> options) throws Refusal {
        Version asked = tls.maximum();
        if (asked != null && asked.compareTo(Version.TLSV1_2) < 0) {
            throw new Refusal(
                    "Failed to initialize TLS context",
                    "TLS before 1.2 is broken, and is not spoken; with OpenSSL 3 it is only where securityLevel is 0");
        }
        return asked == Version.TLSV1_2 || options.contains("NO_TLSv1_3") ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
    }

    private List<String> ciphers() throws Refusal {
        String asked = tls.ciphers();
        if (asked == null) {
            return List.of(); // all that are safe
        }
        List<String> suites = CipherString.suites(asked);
        boolean keysOnly = SectionPsk.isUsed(service)
                && (service.client() || service.identity().cert() == null);
        if (suites.isEmpty() && !keysOnly) {
            throw new Refusal(
                    "Failed to initialize TLS context",
                    "ciphers = " + asked + " leaves no suite that the engine has; of TLS 1.2 it has "
                            + String.join(", ", TlsNames.ciphers()));
        }
        return suites;
    }

    private List<String> groups() throws Refusal {
        String asked = tls.curves();
        if (asked == null) {
            return List.of(); // our own, with the one that resists quantum computers
        }
        List<String> groups = CurveList.groups(asked);
        if (groups.isEmpty()) {
            throw new Refusal(
                    "Failed to initialize TLS context",
                    "curves = " + asked + " leaves none that the engine has; it has "
                            + String.join(", ", TlsNames.GROUPS));
        }
        return groups;
    }

    private Sessions sessions(boolean tickets) {
        Resumption asked = service.resumption();
        Duration lifetime = asked.lifetime();
        // A session is of one server, and each client is led to its own.
        boolean toManyServers =
                service.client() && service.endpoints().transparent().ofDestination();
        if (!asked.enabled() || lifetime.isZero() || lifetime.isNegative() || toManyServers) {
            return new Sessions(false, null, 0, Sessions.DEFAULT.lifetime());
        }
        int kept = service.client() ? Sessions.DEFAULT.kept() : kept(asked.cacheSize());
        return new Sessions(
                tickets,
                null,
                kept,
                lifetime.compareTo(LONGEST_SESSION) > 0 ? LONGEST_SESSION : lifetime,
                service.client() ? null : asked.ticketSecrets());
    }

    /** None means any number to stunnel. */
    private static int kept(long size) {
        return size <= 0 ? MOST_SESSIONS : (int) Math.min(size, MOST_SESSIONS);
    }
}
