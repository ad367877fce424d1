package io.ferrule.stunnel;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.ClientChecks;
import io.ferrule.config.NamedService;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.stunnel.StunnelService.Sni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a section is to the earlier ones that hand clients over to it, by the server name that these ask for ({@code sni =
 * SECTION:PATTERN} of a server).
 *
 * @param services one for each line, in order; empty where the section accepts by itself
 * @param hosts who hosts.allow and hosts.deny let in, by the section's own name; null if they are not read
 * @param wanted how TLS would be spoken if the section had its say; null where it accepts by itself
 */
record VirtualServices(
        Map<Sni, NamedService> services, ClientChecks.@Nullable Hosts hosts, @Nullable TlsSettings wanted) {
    /** Of a section that accepts by itself. */
    static final VirtualServices NONE = new VirtualServices(Map.of(), null, null);

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
    TunnelConfig behind(TunnelConfig tunnel, StunnelService section) {
        String primary = section.name();
        AcceptTls tls = tunnel.accept().tls();
        if (tls == null || patterns(primary).isEmpty()) {
            return tunnel;
        }
        Map<String, NamedService> listed = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>();
        tls.names().forEach(each -> listed.put(key(each.name()), each));
        services.forEach((sni, service) -> {
            // Nobody can ask for an empty name, and of two patterns that are the same the first is found.
            if (sni.primary().equals(primary) && !sni.pattern().isEmpty()) {
                listed.putIfAbsent(
                        key(sni.pattern()),
                        Protocol.connectsEarly(section) ? service.connectedTo(tunnel.connect()) : service);
                names.add(service.name());
            }
        });
        return tunnel.withAccept(tunnel.accept()
                .withTls(tls.withListed(List.copyOf(listed.values())))
                .withChecks(checks(tunnel.accept().checks(), names)));
    }

    /** Those of the section that accepts, and of this one for clients who are handed over to it. */
    private ClientChecks checks(ClientChecks accepting, Set<String> names) {
        ClientChecks.Hosts own = hosts;
        ClientChecks.Hosts before = accepting.hosts();
        if (own == null || own.daemon() == null) {
            return accepting;
        }
        Map<String, String> named = new LinkedHashMap<>();
        names.forEach(name -> named.put(name, own.daemon()));
        named.putAll(before == null ? Map.of() : before.named()); // the earlier one has the name
        return new ClientChecks(
                new ClientChecks.Hosts(own.allow(), own.deny(), before == null ? null : before.daemon(), named),
                accepting.ident());
    }

    /**
     * Makes sure that the section can do what it says with clients of another one.
     *
     * @throws Refusal if it has or would get pre-shared keys, or speaks a protocol with a target that is not there yet, or never
     */
    void check(StunnelService own, StunnelService primary) throws Refusal {
        if (patterns(primary.name()).isEmpty()) {
            return;
        }
        SectionPsk.refuseVirtual(primary);
        String protocol = own.negotiation().protocol();
        if (protocol == null) {
            return;
        }
        boolean early = Protocol.connectsEarly(primary);
        if (!early && Protocol.connectsEarly(own)) {
            throw new Refusal(
                    "\"protocol = " + protocol + "\" comes too late behind [" + primary.name() + "]",
                    "it is said before TLS, when nobody knows the server name yet, and stunnel ends such connections:"
                            + " give it to [" + primary.name() + "], or give this service an accept of its own");
        }
        if (early && protocol.equals("socks")) {
            throw new Refusal(
                    "\"protocol = socks\" comes too late behind [" + primary.name() + "]",
                    "that has connected to its own target before the server name is known, and stunnel never speaks"
                            + " SOCKS then: give this service an accept of its own");
        }
    }

    private static List<String> differences(StunnelService own, StunnelService primary) {
        List<String> differences = new ArrayList<>();
        String protocol = own.negotiation().protocol();
        if (protocol != null
                && Protocol.insideTls(own) == null
                && !protocol.equals(primary.negotiation().protocol())) {
            differences.add("protocol = " + protocol
                    + " is not spoken, as with stunnel: before TLS only the protocol of [" + primary.name() + "] is");
        }
        if (Protocol.connectsEarly(primary)) {
            differences.add("connections stay with the target of [" + primary.name()
                    + "], as with stunnel: its protocol" + " needs that before the server name is known");
        }
        return differences;
    }

    private static String key(String pattern) {
        return pattern.toLowerCase(Locale.ROOT);
    }

    /** What the section asks and does not get behind another, a sentence each; mostly empty. */
    List<String> differences(StunnelService own, StunnelTunnels.Section primary) {
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
        differences.addAll(differences(own, primary.service()));
        return differences;
    }
}
