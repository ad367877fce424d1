package io.ferrule.tls;

import io.ferrule.config.NameMatching;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The services behind one listener, by the server name that a client asks for (SNI, RFC 6066 §3).
 */
public final class TlsServices {
    private final Map<String, TlsService> byName = new LinkedHashMap<>(); // as they are listed
    private final NameMatching matching;
    private final @Nullable TlsService others;

    /**
     * Sorts them by their names.
     *
     * @param matching how a name is found
     * @param others serves clients that ask for none of the names, or for no name; null refuses them
     * @throws IllegalArgumentException with a sentence for the operator if there is none at all, or two for one name
     */
    public TlsServices(List<TlsService> named, NameMatching matching, @Nullable TlsService others) {
        this.matching = matching;
        this.others = others;
        for (TlsService service : named) {
            if (byName.put(comparable(service.name()), service) != null) {
                throw new IllegalArgumentException("the server name " + service.name() + " is given twice");
            }
        }
        if (byName.isEmpty() && others == null) {
            throw new IllegalArgumentException(
                    "clients that ask for an unknown server name are refused, and none is known");
        }
    }

    /** With the most special name first. */
    public TlsServices(List<TlsService> named, @Nullable TlsService others) {
        this(named, NameMatching.MOST_SPECIAL, others);
    }

    /** The same for every client. */
    public static TlsServices one(TlsService service) {
        return new TlsServices(List.of(), service);
    }

    /**
     * The service for a name as it came over the wire.
     *
     * @param serverName null if the client sent none
     * @return null if the client is to be refused
     */
    @Nullable
    TlsService find(@Nullable String serverName) {
        if (serverName == null || byName.isEmpty()) {
            return others;
        }
        String name = comparable(serverName);
        TlsService found =
                switch (matching) {
                    case MOST_SPECIAL -> mostSpecial(name);
                    case FIRST_LISTED -> firstListed(name);
                };
        return found == null ? others : found;
    }

    private @Nullable TlsService mostSpecial(String name) {
        TlsService exact = name.startsWith("*") ? null : byName.get(name);
        int dot = name.indexOf('.');
        return exact != null || dot <= 0 ? exact : byName.get("*" + name.substring(dot));
    }

    private @Nullable TlsService firstListed(String name) {
        for (Map.Entry<String, TlsService> each : byName.entrySet()) {
            String pattern = each.getKey();
            if (pattern.startsWith("*") ? name.endsWith(pattern.substring(1)) : name.equals(pattern)) {
                return each.getValue();
            }
        }
        return null;
    }

    /** Names are compared in ASCII, without regard to case (RFC 6066 §3), and have no dot at their end; stunnel leaves it there. */
    private String comparable(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return matching == NameMatching.MOST_SPECIAL && lower.endsWith(".")
                ? lower.substring(0, lower.length() - 1)
                : lower;
    }

    /** True if some clients are refused for the name they ask for. */
    boolean refusesSome() {
        return others == null;
    }

    /**
     * What the one context names to all clients alike: what all services that ask for certificates agree on. A client would be misled by
     * the authorities of another service, and nobody needs to know them.
     */
    List<X509Certificate> authorities() {
        List<List<X509Certificate>> asked = all().stream()
                .filter(service -> service.clients() != null)
                .map(TlsService::authorities)
                .distinct()
                .toList();
        return asked.size() == 1 ? asked.get(0) : List.of();
    }

    List<TlsService> all() {
        List<TlsService> all = new ArrayList<>(byName.values());
        if (others != null) {
            all.add(others);
        }
        return all;
    }
}
