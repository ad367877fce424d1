package io.ferrule.stunnel;

import io.ferrule.config.PreSharedKey;
import io.ferrule.stunnel.StunnelService.Identity;
import io.ferrule.stunnel.StunnelService.Owner;
import io.ferrule.stunnel.StunnelService.Psk;
import io.ferrule.stunnel.StunnelService.Sni;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A section as far as it has been read; {@link #finish} checks it in stunnel's order. */
final class ServiceDraft {
    private final Asker asker;
    private final List<Given> given = new ArrayList<>();
    private final EndpointDraft ends;
    private final PeerDraft peer = new PeerDraft();
    private final TlsDraft tls = new TlsDraft();
    private final SessionDraft sessions;
    private final NegotiationDraft negotiation = new NegotiationDraft();
    private final ConductDraft conduct;
    private final List<PreSharedKey> pskKeys = new ArrayList<>();
    private String name;
    private final Engines engines;
    private boolean client;
    private @Nullable String cert;
    private @Nullable String key;
    private StunnelConfig.@Nullable Engine engine;
    private @Nullable Path pskSecrets;
    private @Nullable String pskIdentity;

    ServiceDraft(String name, Asker asker, Engines engines) {
        this.name = name;
        this.asker = asker;
        this.engines = engines;
        this.ends = new EndpointDraft(asker);
        this.sessions = new SessionDraft(asker);
        this.conduct = new ConductDraft(asker);
    }

    String name() {
        return name;
    }

    boolean client() {
        return client;
    }

    Owner owner() {
        return conduct.owner();
    }

    /** The level of the section's connections, by a {@code debug} wherever it stands. */
    void debug(int level) {
        conduct.debug(level);
    }

    /** Gives it another name, as {@code service} does. */
    void rename(String to) {
        name = to;
    }

    /** Takes a line of the section itself. */
    void setOwn(Given line) throws Refusal {
        switch (line.option().name()) {
            case "service" -> rename(line.value());
            case "debug" -> conduct.debug(Words.level(line.value()));
            default -> set(line);
        }
        given.add(line);
    }

    /** Takes a line of the section or of the defaults, but for {@code service} and {@code debug}, which differ there. */
    void set(Given line) throws Refusal {
        String option = Words.lower(line.option().name());
        String value = line.value();
        if (!ends.set(option, value)
                && !peer.set(option, value)
                && !tls.set(option, value)
                && !sessions.set(option, value)
                && !negotiation.set(option, value)
                && !conduct.set(option, value)) {
            setIdentity(option, value);
        }
    }

    private void setIdentity(String option, String value) throws Refusal {
        switch (option) {
            case "client" -> client = Words.yes(value);
            case "cert" -> cert = value;
            case "key" -> key = value;
            case "engineid" -> engine = engines.named(value);
            case "enginenum" -> engine = engines.numbered(value);
            case "pskidentity" -> pskIdentity = value;
            case "psksecrets" -> {
                pskSecrets = Words.file(value);
                pskKeys.addAll(new PskFile(asker).keys(pskSecrets));
            }
            default -> throw new IllegalStateException(option + " is an option that nobody takes");
        }
    }

    /**
     * Checks the whole section, in the order of stunnel's options, and makes a service of it.
     *
     * @param earlier the sections before it
     */
    StunnelService finish(List<StunnelService> earlier, boolean inetd) throws Refusal {
        List<StunnelAddress> listen = ends.listen();
        if (!client && cert == null && pskKeys.isEmpty()) {
            throw new Refusal(
                    "TLS server needs a certificate", "add cert = FILE, or client = yes if this end dials out");
        }
        peer.checkNames();
        List<StunnelAddress> targets = ends.targets();
        Protocol protocol = negotiation.check(client);
        checkPsk();
        List<StunnelAddress> redirects = redirects(protocol);
        List<Sni> parents = client ? List.of() : parents(earlier);
        tls.checkVersions();
        sessions.checkTickets(client);
        peer.checkStored();
        checkEnds(inetd, ends.count(client) + (protocol != null && protocol.isEnd(client) ? 1 : 0));
        ends.checkReachable(targets);
        return new StunnelService(
                name,
                client,
                ends.endpoints(listen, targets, redirects, parents),
                ends.dialing(client),
                new Identity(
                        cert, key == null ? cert : key, engine == null ? engines.provider() : engine, engine == null),
                peer.check(),
                peer.status(),
                tls.finish(),
                sessions.finish(),
                new Psk(pskSecrets, pskIdentity, pskKeys),
                conduct.waits(),
                conduct.sockets(),
                negotiation.finish(),
                conduct.logging(),
                conduct.conduct(),
                given);
    }

    private void checkPsk() throws Refusal {
        if (pskSecrets != null) {
            asker.log(6, "PSK identities: " + pskKeys.size() + " retrieved");
        }
        if (pskIdentity != null && !client) {
            asker.log(5, "PSK identity is ignored in the server mode");
        } else if (pskIdentity != null
                && pskSecrets != null
                && pskKeys.stream().noneMatch(key -> key.identity().equals(pskIdentity))) {
            throw new Refusal("No key found for the specified PSK identity");
        }
    }

    private List<StunnelAddress> redirects(@Nullable Protocol protocol) throws Refusal {
        if (!ends.redirects()) {
            return List.of();
        }
        if (client) {
            throw new Refusal("\"redirect\" is unsupported in client sections");
        }
        List<StunnelAddress> targets = ends.redirectTargets();
        if (protocol != null && protocol.early()) {
            throw new Refusal("\"redirect\" is incompatible with the specified protocol negotiation");
        }
        if (!peer.verifies()) {
            throw new Refusal("Either \"verifyChain\" or \"verifyPeer\" has to be enabled for \"redirect\" to work");
        }
        return targets;
    }

    private List<Sni> parents(List<StunnelService> earlier) throws Refusal {
        List<Sni> parents = ends.parents();
        for (Sni parent : parents) {
            StunnelService primary = earlier.stream()
                    .filter(s -> s.name().equals(parent.primary()))
                    .findFirst()
                    .orElseThrow(() -> new Refusal(
                            "SNI section name not found",
                            "section [" + parent.primary() + "] has to stand before this one"));
            if (primary.client()) {
                throw new Refusal("SNI primary service is a TLS client");
            }
        }
        return parents;
    }

    private void checkEnds(boolean inetd, int count) throws Refusal {
        if (inetd && ends.accepts()) {
            throw new Refusal("'accept' option is only allowed in a [section]", "write a line [NAME] before it");
        }
        if (inetd && count != 1) {
            throw new Refusal(
                    "Inetd mode must define one endpoint", "to listen, write a line [NAME] and accept = PORT");
        }
        if (!inetd && count != 2) {
            throw new Refusal("Each service must define two endpoints", "these are accept and connect, mostly");
        }
    }
}
