package io.ferrule.stunnel;

import io.ferrule.config.Negotiation;
import io.ferrule.config.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that stunnel speaks before TLS begins, or first of all inside it.
 *
 * @param client whether a client section may have it
 * @param server whether a server section may have it
 * @param target whether a server section needs no other target
 * @param early whether a server section connects before TLS, so that nobody can be redirected
 */
record Protocol(String name, boolean client, boolean server, boolean target, boolean early) {
    /** All of them, in the order of {@code stunnel -help}, and then those that it does not tell of. */
    static final List<Protocol> ALL = List.of(
            new Protocol("cifs", true, true, false, false),
            new Protocol("connect", true, true, false, false),
            new Protocol("imap", true, true, false, true),
            new Protocol("nntp", true, false, false, false),
            new Protocol("pgsql", true, true, false, false),
            new Protocol("pop3", true, true, false, true),
            new Protocol("proxy", false, true, false, false),
            new Protocol("smtp", true, true, false, true),
            new Protocol("socks", true, true, true, false),
            new Protocol("ldap", true, false, false, false),
            new Protocol("capwin", true, true, false, false),
            new Protocol("capwinctrl", true, false, true, false));

    static Optional<Protocol> named(String name) {
        return ALL.stream().filter(p -> p.name.equals(Words.lower(name))).findFirst();
    }

    static String names() {
        return ALL.stream().map(Protocol::name).collect(Collectors.joining(", "));
    }

    /** What becomes of it. */
    static Fate fate(String value) {
        Optional<Protocol> known = named(value);
        if (known.isEmpty()) {
            return Fate.refused("stunnel knows " + names());
        }
        return switch (known.get().name) {
            case "capwin", "capwinctrl" ->
                Fate.refused("the passwords of CAPWIN's users are asked of a directory of that one organisation");
            default -> Fate.HONOURED;
        };
    }

    /** What is to be said around TLS; null for nothing. */
    static @Nullable Negotiation negotiation(StunnelService.Negotiation asked) {
        if (asked.protocol() == null) {
            return null;
        }
        return new Negotiation(
                Negotiation.Protocol.valueOf(asked.protocol().toUpperCase(Locale.ROOT)),
                asked.host(),
                asked.username(),
                asked.password() == null ? null : new Secret(asked.password()),
                asked.domain(),
                asked.authentication(),
                asked.headers());
    }

    /**
     * What a server section says to those who are handed over to it by the server name: as long as they are in plaintext nobody knows
     * which section they want. Null for nothing.
     */
    static @Nullable Negotiation insideTls(StunnelService service) {
        Negotiation asked = negotiation(service.negotiation());
        return asked != null
                        && Set.of(Negotiation.Protocol.PROXY, Negotiation.Protocol.SOCKS)
                                .contains(asked.protocol())
                ? asked
                : null;
    }

    /** Whether the section has connected to its target before TLS begins. */
    static boolean connectsEarly(StunnelService service) {
        String protocol = service.negotiation().protocol();
        return protocol != null && named(protocol).stream().anyMatch(Protocol::early);
    }

    /** Whether the clients of a section say where their connections go. */
    static boolean leads(StunnelService service) {
        String protocol = service.negotiation().protocol();
        return !service.client()
                && protocol != null
                && Set.of("connect", "socks").contains(protocol);
    }

    /**
     * What of its protocol a section asks for that is not done.
     *
     * @throws Refusal if there is something
     */
    static void check(StunnelService service) throws Refusal {
        StunnelService.Negotiation asked = service.negotiation();
        if (asked.protocol() == null) {
            return;
        }
        Fate fate = fate(asked.protocol());
        if (fate.treatment() == Fate.Treatment.REFUSED) {
            throw new Refusal("\"protocol = " + asked.protocol() + "\" is not done by Ferrule yet", fate.sentence());
        }
    }

    /** Whether the section has one end by its protocol alone. */
    boolean isEnd(boolean inClient) {
        return target && (name.equals("capwinctrl") || !inClient);
    }
}
