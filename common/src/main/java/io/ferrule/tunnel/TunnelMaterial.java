package io.ferrule.tunnel;

import io.ferrule.admission.DenyList;
import io.ferrule.admission.DenyLists;
import io.ferrule.admission.RevocationLists;
import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.NamedService;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.CrlFile;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.OwnStaples;
import io.ferrule.pki.PemCertificates;
import io.ferrule.pki.TicketKeyFile;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        return config.accept().tls() != null && accept.isEmpty();
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
        Reading reading = new Reading(denyLists);
        List<TunnelMaterial> material = tunnels.stream().map(reading::tunnel).toList();
        if (!reading.problems.isEmpty()) {
            throw new OperatorException(List.copyOf(reading.problems));
        }
        return material;
    }

    /** Goes on after a problem, with nothing in its place. */
    private static final class Reading {
        private final Set<Problem> problems = new LinkedHashSet<>();
        private final DenyLists denyLists;

        Reading(DenyLists denyLists) {
            this.denyLists = denyLists;
        }

        TunnelMaterial tunnel(TunnelConfig config) {
            AcceptTls accept = config.accept().tls();
            ConnectTls connect = config.connect().tls();
            List<KeyMaterial> shown = own(accept == null ? null : accept.keys());
            return new TunnelMaterial(
                    config,
                    shown,
                    own(connect == null ? null : connect.keys()),
                    accept == null ? TrustMaterial.none() : trust(bundle(accept.access()), accept.revocation()),
                    connect == null ? TrustMaterial.none() : trust(file(connect.trust()), connect.revocation()),
                    accept == null ? Map.of() : names(accept.names(), shown),
                    ticketKeys(accept));
        }

        private List<byte[]> ticketKeys(@Nullable AcceptTls accept) {
            Path file = accept == null ? null : accept.settings().sessions().ticketKeys();
            try {
                return file == null ? List.of() : TicketKeyFile.read(file);
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                return List.of();
            }
        }

        /** A name without certificates of its own shows those of the tunnel. */
        private Map<String, Named> names(List<NamedService> services, List<KeyMaterial> shown) {
            Map<String, Named> names = new LinkedHashMap<>();
            for (NamedService service : services) {
                names.put(
                        service.name(),
                        new Named(
                                service.keys() == null ? shown : own(service.keys()),
                                trust(bundle(service.access()), service.revocation())));
            }
            return names;
        }

        private TrustMaterial trust(@Nullable Path bundle, Revocation revocation) {
            List<X509Certificate> certificates = certificates(bundle);
            List<X509CRL> crls = new ArrayList<>();
            revocation.crls().forEach(file -> crls.addAll(crls(file, certificates)));
            return new TrustMaterial(certificates, crls, denied(revocation.deny()));
        }

        private List<X509CRL> crls(Path file, List<X509Certificate> authorities) {
            try {
                List<X509CRL> crls = CrlFile.read(file);
                if (!authorities.isEmpty()) { // else the bundle's own problem is told
                    crls.forEach(crl -> RevocationLists.problem(crl, authorities)
                            .ifPresent(problem -> problems.add(new Problem(file.toString(), problem))));
                }
                return crls;
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                return List.of();
            }
        }

        private DenyList denied(@Nullable Path file) {
            try {
                return file == null ? new DenyList() : denyLists.read(file);
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                return new DenyList();
            }
        }

        private static @Nullable Path bundle(Access access) {
            Access.Authority authority = access instanceof Access.Clients clients ? clients.authority() : null;
            return authority == null ? null : authority.bundle();
        }

        private static @Nullable Path file(ServerTrust trust) {
            if (trust instanceof ServerTrust.Authority authority) {
                return authority.bundle();
            }
            return trust instanceof ServerTrust.StoredCertificate stored ? stored.file() : null;
        }

        private List<KeyMaterial> own(@Nullable KeySources sources) {
            try {
                return sources == null ? List.of() : KeyMaterial.load(sources);
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                return List.of();
            }
        }

        private List<X509Certificate> certificates(@Nullable Path file) {
            try {
                return file == null ? List.of() : PemCertificates.read(file);
            } catch (OperatorException e) {
                problems.addAll(e.problems());
                return List.of();
            }
        }
    }
}
