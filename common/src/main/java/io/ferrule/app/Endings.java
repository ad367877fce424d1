package io.ferrule.app;

import io.ferrule.admission.InvitedClients;
import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.NamedService;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Verification;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.observe.Ending;
import io.ferrule.observe.Ending.Kind;
import io.ferrule.observe.Printable;
import io.ferrule.observe.ServerCertificates;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.tunnel.TunnelMaterial;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What ends when, of all that the process relies on now. */
final class Endings implements Supplier<List<Ending>> {
    private final Supplier<List<TunnelMaterial>> material;
    private final Supplier<Stream<ConnectionFacts>> connections;
    private final InvitedClients invited;
    private final ServerCertificates servers;

    /**
     * Asks these each time.
     *
     * @param material in force
     * @param connections open now, of all tunnels
     */
    Endings(
            Supplier<List<TunnelMaterial>> material,
            Supplier<Stream<ConnectionFacts>> connections,
            InvitedClients invited,
            ServerCertificates servers) {
        this.material = material;
        this.connections = connections;
        this.invited = invited;
        this.servers = servers;
    }

    /** In no order, each once; any thread may ask. */
    @Override
    public List<Ending> get() {
        Found found = new Found();
        for (TunnelMaterial each : material.get()) {
            of(each, found);
            String name = each.config().name();
            servers.of(name).ifPresent(server -> found.certificate(name, Leg.CONNECT, Kind.PEER, server));
        }
        soonestClients().forEach((tunnel, client) -> found.certificate(tunnel, Leg.ACCEPT, Kind.PEER, client));
        return List.copyOf(found.all);
    }

    private void of(TunnelMaterial each, Found found) {
        String tunnel = each.config().name();
        found.own(tunnel, Leg.ACCEPT, each.accept());
        found.own(tunnel, Leg.CONNECT, each.connect());
        AcceptTls accept = each.config().accept().tls();
        ConnectTls connect = each.config().connect().tls();
        found.trust(tunnel, Leg.ACCEPT, kind(accept == null ? null : accept.access()), each.clients());
        found.trust(tunnel, Leg.CONNECT, kind(connect == null ? null : connect.trust()), each.server());
        each.names().forEach((name, named) -> {
            found.own(tunnel, Leg.ACCEPT, named.own());
            found.trust(tunnel, Leg.ACCEPT, kind(access(accept, name)), named.clients());
        });
        if (invites(each.config().accept().tls())) {
            invited.all().stream()
                    .filter(client -> client.tunnel().equals(tunnel))
                    .forEach(
                            client -> found.add(tunnel, Leg.ACCEPT, Kind.INVITED, client.name(), null, client.until()));
        }
    }

    private static @Nullable Access access(@Nullable AcceptTls accept, String name) {
        return accept == null
                ? null
                : accept.names().stream()
                        .filter(service -> service.name().equals(name))
                        .map(NamedService::access)
                        .findFirst()
                        .orElse(null);
    }

    private static Kind kind(@Nullable Access access) {
        return access instanceof Access.Verified verified ? kind(verified.verification()) : Kind.CA;
    }

    private static Kind kind(@Nullable ServerTrust trust) {
        if (trust instanceof ServerTrust.Verified verified) {
            return kind(verified.verification());
        }
        return trust instanceof ServerTrust.StoredCertificate ? Kind.PINNED : Kind.CA;
    }

    /** Where both are asked for, an authority that ends takes all its peers with it. */
    private static Kind kind(Verification asked) {
        return asked.chain() ? Kind.CA : Kind.PINNED;
    }

    private static boolean invites(@Nullable AcceptTls tls) {
        return tls != null
                && Stream.concat(Stream.of(tls.access()), tls.names().stream().map(NamedService::access))
                        .anyMatch(access -> access instanceof Access.Clients clients && clients.invited());
    }

    /** For each tunnel the certificate that expires first of those that clients connected now have shown. */
    private Map<String, X509Certificate> soonestClients() {
        Map<String, X509Certificate> soonest = new HashMap<>();
        connections.get().forEach(facts -> {
            TlsSession session = facts.tls(Leg.ACCEPT);
            if (session != null
                    && session.redirected() == null
                    && !session.peerChain().isEmpty()) {
                soonest.merge(
                        facts.tunnel(),
                        session.peerChain().get(0),
                        BinaryOperator.minBy(Comparator.comparing(X509Certificate::getNotAfter)));
            }
        });
        return soonest;
    }

    private static final class Found {
        private final Set<Ending> all = new LinkedHashSet<>();

        /** Certificates above the leaf matter if they end before it: the chain is refused then. */
        void own(String tunnel, Leg leg, List<KeyMaterial> own) {
            for (KeyMaterial key : own) {
                Instant leafEnds = key.leaf().getNotAfter().toInstant();
                certificate(tunnel, leg, Kind.OWN, key.leaf());
                key.chain().stream()
                        .filter(each -> each.getNotAfter().toInstant().isBefore(leafEnds))
                        .forEach(each -> certificate(tunnel, leg, Kind.OWN, each));
            }
        }

        void trust(String tunnel, Leg leg, Kind certificates, TrustMaterial trust) {
            trust.certificates().forEach(each -> certificate(tunnel, leg, certificates, each));
            for (X509CRL crl : trust.crls()) {
                if (crl.getNextUpdate() != null) {
                    add(
                            tunnel,
                            leg,
                            Kind.CRL,
                            subject(crl.getIssuerX500Principal().getName()),
                            crl.getThisUpdate().toInstant(),
                            crl.getNextUpdate().toInstant());
                }
            }
        }

        void certificate(String tunnel, Leg leg, Kind kind, X509Certificate certificate) {
            add(
                    tunnel,
                    leg,
                    kind,
                    subject(certificate.getSubjectX500Principal().getName()),
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant());
        }

        void add(String tunnel, Leg leg, Kind kind, String what, @Nullable Instant begin, Instant end) {
            all.add(new Ending(tunnel, leg, kind, what, begin, end));
        }

        private static String subject(String distinguished) {
            return distinguished.isEmpty() ? "without a subject" : Printable.line(distinguished);
        }
    }
}
