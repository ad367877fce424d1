package io.ferrule.stunnel;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.NamedService;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.stunnel.StunnelService.Sni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a section is to the earlier ones that hand clients over to it, by the server name that these ask for ({@code sni =
 * SECTION:PATTERN} of a server).
 *
 * @param services one for each line, in order; empty where the section accepts by itself
 * @param wanted how TLS would be spoken if the section had its say; null where it accepts by itself
 */
record VirtualServices(Map<Sni, NamedService> services, @Nullable TlsSettings wanted) {
    /** Of a section that accepts by itself. */
    static final VirtualServices NONE = new VirtualServices(Map.of(), null);

    VirtualServices {
        services = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(services));
    }

    /** The patterns that clients of a section are handed over by. */
    List<String> patterns(String primary) {
        return services.keySet().stream()
                .filter(sni -> sni.primary().equals(primary))
                .map(Sni::pattern)
                .toList();
    }

    /** A section's tunnel, that hands these clients over. */
    TunnelConfig behind(TunnelConfig tunnel, String primary) {
        AcceptTls tls = tunnel.accept().tls();
        if (tls == null || patterns(primary).isEmpty()) {
            return tunnel;
        }
        Map<String, NamedService> listed = new LinkedHashMap<>();
        tls.names().forEach(each -> listed.put(key(each.name()), each));
        services.forEach((sni, service) -> {
            // Nobody can ask for an empty name, and of two patterns that are the same the first is found.
            if (sni.primary().equals(primary) && !sni.pattern().isEmpty()) {
                listed.putIfAbsent(key(sni.pattern()), service);
            }
        });
        return tunnel.withAccept(new AcceptLeg(tunnel.accept().listen(), tls.withListed(List.copyOf(listed.values()))));
    }

    /** True if clients would be handed over to it that a protocol is spoken with. */
    boolean asksProtocolOf(StunnelTunnels.Section primary) {
        return !patterns(primary.service().name()).isEmpty()
                && primary.service().negotiation().protocol() != null;
    }

    private static String key(String pattern) {
        return pattern.toLowerCase(Locale.ROOT);
    }

    /** What the section asks and does not get behind another, a sentence each; mostly empty. */
    List<String> differences(StunnelTunnels.Section primary) {
        String name = primary.service().name();
        List<String> patterns = patterns(name);
        if (patterns.isEmpty()) {
            return List.of();
        }
        List<String> differences = new ArrayList<>();
        if (primary.tunnels().isEmpty()) {
            differences.add("sni = " + name + ":" + patterns.get(0) + " finds nobody: who comes to [" + name
                    + "] has been handed over once already");
            return differences;
        }
        AcceptTls tls = primary.tunnel().accept().tls();
        if (tls != null && !tls.settings().equals(wanted)) {
            differences.add("versions, curves and sessions are those of [" + name + "], which answers first, as with"
                    + " stunnel; so are the ciphers of TLS 1.2 here");
        }
        return differences;
    }
}
