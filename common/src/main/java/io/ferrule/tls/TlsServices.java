package io.ferrule.tls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The services behind one listener, by the server name that a client asks for (SNI, RFC 6066 §3). An exact name wins over a
 * wildcard, and a wildcard stands for exactly one label.
 */
public final class TlsServices {
    private final Map<String, TlsService> byName = new HashMap<>();
    private final @Nullable TlsService others;

    /**
     * Sorts them by their names.
     *
     * @param others serves clients that ask for none of the names, or for no name; null refuses them
     * @throws IllegalArgumentException with a sentence for the operator if there is none at all, or two for one name
     */
    public TlsServices(List<TlsService> named, @Nullable TlsService others) {
        this.others = others;
        for (TlsService service : named) {
            if (byName.put(canonical(service.name()), service) != null) {
                throw new IllegalArgumentException("the server name " + service.name() + " is given twice");
            }
        }
        if (byName.isEmpty() && others == null) {
            throw new IllegalArgumentException(
                    "clients that ask for an unknown server name are refused, and none is known");
        }
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
        String name = canonical(serverName);
        TlsService exact = name.startsWith("*") ? null : byName.get(name);
        if (exact != null) {
            return exact;
        }
        int dot = name.indexOf('.');
        TlsService wildcard = dot > 0 ? byName.get("*" + name.substring(dot)) : null;
        return wildcard == null ? others : wildcard;
    }

    /** Names are compared in ASCII, without regard to case (RFC 6066 §3), and have no dot at their end. */
    private static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** True if some clients are refused for the name they ask for. */
    boolean refusesSome() {
        return others == null;
    }

    List<TlsService> all() {
        List<TlsService> all = new ArrayList<>(byName.values());
        if (others != null) {
            all.add(others);
        }
        return all;
    }
}
