package io.ferrule.tunnel;

import io.ferrule.admission.DenyLists;
import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.NamedService;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Revocation;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.OwnStaples;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel's config with what the files it names hold. They are read once, here, before anything is opened, so that all that
 * is wrong with them is told at once.
 *
 * @param accept what is shown to clients, of which each takes what suits it; empty without TLS there, or while it is not yet made
 * @param connect what is shown to the server, in the same way; empty if nothing is
 * @param clients what clients are judged by
 * @param server what the server is judged by
 * @param names the same for each {@link NamedService} of the accept leg, by its name
 * @param ticketKeys of the file that replicas share, the one that seals first; empty for keys of this process alone
 */
public record TunnelMaterial(
        TunnelConfig config,
        List<KeyMaterial> accept,
        List<KeyMaterial> connect,
        TrustMaterial clients,
        TrustMaterial server,
        Map<String, Named> names,
        List<byte[]> ticketKeys) {
    /**
     * What the files of one {@link NamedService} hold.
     *
     * @param own what is shown to clients that ask for the name
     */
    public record Named(List<KeyMaterial> own, TrustMaterial clients) {
        public Named {
            own = List.copyOf(own);
        }
    }

    public TunnelMaterial {
        accept = List.copyOf(accept);
        connect = List.copyOf(connect);
        names = Map.copyOf(names);
        ticketKeys = List.copyOf(ticketKeys);
    }

    /** True if a tunnel of the other would be as one of this. */
    boolean isSameAs(TunnelMaterial other) {
        if (!Arrays.deepEquals(ticketKeys.toArray(), other.ticketKeys.toArray())) {
            return false;
        }
        return withListsOf(other).withTicketKeys(other.ticketKeys).equals(other);
    }

    /** Where no file is named that fills them, two lists that deny nothing are one as good as the other. */
    private TunnelMaterial withListsOf(TunnelMaterial other) {
        AcceptTls accepting = config.accept().tls();
        ConnectTls connecting = config.connect().tls();
        Map<String, Named> same = new HashMap<>(names);
        for (NamedService service : accepting == null ? List.<NamedService>of() : accepting.names()) {
            Named mine = names.get(service.name());
            Named theirs = other.names.get(service.name());
            if (mine != null && theirs != null) {
                same.put(
                        service.name(),
                        new Named(mine.own, withList(service.revocation(), mine.clients, theirs.clients)));
            }
        }
        return new TunnelMaterial(
                config,
                accept,
                connect,
                withList(accepting == null ? null : accepting.revocation(), clients, other.clients),
                withList(connecting == null ? null : connecting.revocation(), server, other.server),
                same,
                ticketKeys);
    }

    private TunnelMaterial withTicketKeys(List<byte[]> keys) {
        return new TunnelMaterial(config, accept, connect, clients, server, names, keys);
    }

    private static TrustMaterial withList(@Nullable Revocation revocation, TrustMaterial mine, TrustMaterial theirs) {
        return revocation != null && revocation.deny() != null
                ? mine
                : new TrustMaterial(mine.certificates(), mine.crls(), theirs.denied());
    }

    /** True if the tunnel cannot run before a certificate for its clients has been made. */
    public boolean lacksCertificate() {
        AcceptTls tls = config.accept().tls();
        return tls != null && !tls.isPreSharedOnly() && accept.isEmpty();
    }

    /** The same with other own certificates on the accept leg. */
    TunnelMaterial withAccept(List<KeyMaterial> own) {
        return new TunnelMaterial(config, own, connect, clients, server, names, ticketKeys);
    }

    /** What works but will surprise the operator, a sentence each; mostly empty. */
    public List<String> cautions() {
        List<String> cautions = new ArrayList<>();
        if (isEd25519(accept) || names.values().stream().anyMatch(named -> isEd25519(named.own()))) {
            cautions.add("the key is Ed25519, which proxy-client and other clients built on BoringSSL cannot verify:"
                    + " their handshakes fail; use an ECDSA key, \"proxy-server certificate\" makes one");
        }
        if (isEd25519(connect)) {
            cautions.add("the key is Ed25519, which proxy-server and other servers built on BoringSSL cannot verify:"
                    + " if they ask for a certificate the handshake fails; use an ECDSA key, \"proxy-client certificate\""
                    + " makes one");
        }
        cautions.addAll(staples());
        return List.copyOf(cautions);
    }

    private List<String> staples() {
        AcceptTls tls = config.accept().tls();
        List<String> cautions = new ArrayList<>();
        if (tls != null) {
            for (KeyMaterial own : shown()) {
                String named = "the certificate " + own.leaf().getSubjectX500Principal();
                if (tls.staple()) {
                    OwnStaples.obstacle(own)
                            .ifPresent(why -> cautions.add("staple has no effect on " + named + ": " + why));
                } else if (OwnStaples.isDemandedBy(own)) {
                    cautions.add(named + " says that its status has to be stapled, and some clients refuse it"
                            + " without: switch staple on");
                }
            }
        }
        return cautions;
    }

    /**
     * The one certificate that clients of a service are shown.
     *
     * @param service the {@link NamedService}'s name; empty for the tunnel's own
     * @return null if there are several, of which each client takes what suits it
     */
    @Nullable
    X509Certificate onlyShown(String service) {
        Named named = names.get(service);
        List<KeyMaterial> own = named == null || named.own().isEmpty() ? accept : named.own();
        return own.size() == 1 ? own.get(0).leaf() : null;
    }

    /** All that is shown to clients, whatever name they ask for. */
    List<KeyMaterial> shown() {
        return Stream.concat(accept.stream(), names.values().stream().flatMap(named -> named.own().stream()))
                .distinct()
                .toList();
    }

    /** The JDK says EdDSA for what it read and Ed25519 for what it made. */
    private static boolean isEd25519(List<KeyMaterial> own) {
        return own.stream()
                .anyMatch(each -> each.leaf().getPublicKey().getAlgorithm().startsWith("Ed"));
    }

    /**
     * Reads the files of all tunnels. Blocks: do not call it on an event loop.
     *
     * @throws OperatorException with every problem of every file, each once
     */
    public static List<TunnelMaterial> load(List<TunnelConfig> tunnels) throws OperatorException {
        return load(tunnels, new DenyLists());
    }

    /**
     * The same with deny lists that are in use already: each stays the same object, and holds from now on what its file says.
     *
     * @throws OperatorException with every problem of every file, each once
     */
    public static List<TunnelMaterial> load(List<TunnelConfig> tunnels, DenyLists denyLists) throws OperatorException {
        return new MaterialReading(denyLists).read(tunnels);
    }
}
