package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.ferrule.admission.DenyList;
import io.ferrule.admission.InvitedClients;
import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.Limits;
import io.ferrule.config.NamePattern;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.observe.Ending;
import io.ferrule.observe.Ending.Kind;
import io.ferrule.observe.ServerCertificates;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.tunnel.TunnelMaterial;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Everything that ends is found, by its kind, and what is no longer in force is not. */
class EndingsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final InvitedClients invited = new InvitedClients();
    private final ServerCertificates servers = new ServerCertificates();
    private final List<TunnelMaterial> material = new ArrayList<>();
    private final List<ConnectionFacts> open = new ArrayList<>();
    private final Endings endings = new Endings(() -> material, open::stream, invited, servers);

    @Test
    void everyKeyOfTheTunnelAndOfItsNamesIsFound() {
        TunnelMaterial.Named named = new TunnelMaterial.Named(
                List.of(key(certificate("named", 3))), TrustMaterial.of(authority("named-ca")));
        material.add(new TunnelMaterial(
                server(Access.Clients.signed(Path.of("x"), List.of(any()))),
                List.of(key(certificate("ecdsa", 1)), key(certificate("rsa", 2))),
                List.of(),
                TrustMaterial.of(authority("ca")),
                TrustMaterial.none(),
                Map.of("a.example", named),
                List.of()));
        assertThat(endings.get())
                .extracting(Ending::leg, Ending::kind, Ending::what)
                .containsExactlyInAnyOrder(
                        tuple(Leg.ACCEPT, Kind.OWN, "CN=ecdsa"),
                        tuple(Leg.ACCEPT, Kind.OWN, "CN=rsa"),
                        tuple(Leg.ACCEPT, Kind.OWN, "CN=named"),
                        tuple(Leg.ACCEPT, Kind.CA, "CN=ca"),
                        tuple(Leg.ACCEPT, Kind.CA, "CN=named-ca"));
        assertThat(endings.get())
                .filteredOn(each -> each.what().equals("CN=rsa"))
                .extracting(Ending::end)
                .containsExactly(NOW.plus(2, ChronoUnit.DAYS));
    }

    @Test
    void certificateAboveTheOwnOneCountsOnlyIfItEndsFirst() {
        TestCertificates.Authority root = TestCertificates.authority("root");
        Instant soon = NOW.plus(5, ChronoUnit.DAYS);
        TestCertificate shortChain = root.intermediateValid("short", NOW, soon).issue("leaf");
        TestCertificate longChain =
                root.intermediate("long").leaf("other").validity(NOW, soon).issue();
        material.add(own(server(new Access.Anyone()), key(shortChain), key(longChain)));
        assertThat(endings.get()).extracting(Ending::what).containsExactly("CN=leaf", "CN=short", "CN=other");
    }

    @Test
    void storedCopyIsPinnedAndABundleIsAuthority() {
        for (ServerTrust trust : List.of(
                new ServerTrust.StoredCertificate(Path.of("x"), false), new ServerTrust.Authority(Path.of("x")))) {
            material.add(new TunnelMaterial(
                    client(trust),
                    List.of(),
                    List.of(),
                    TrustMaterial.none(),
                    TrustMaterial.of(authority("theirs")),
                    Map.of(),
                    List.of()));
        }
        assertThat(endings.get())
                .extracting(Ending::leg, Ending::kind)
                .containsExactly(tuple(Leg.CONNECT, Kind.PINNED), tuple(Leg.CONNECT, Kind.CA));
    }

    @Test
    void whatStunnelsOptionsStoreIsPinnedUnlessAChainIsVerifiedToo() {
        for (boolean chain : new boolean[] {false, true}) {
            Verification asked = new Verification(true, chain, true, List.of(Path.of("x")), List.of());
            material.add(new TunnelMaterial(
                    tunnel(
                            new AcceptTls(null, new Access.Verified(asked), TlsSettings.DEFAULT),
                            new ConnectTls(new ServerTrust.Verified(asked), null, null, TlsSettings.DEFAULT)),
                    List.of(),
                    List.of(),
                    TrustMaterial.of(authority("clients-" + chain)),
                    TrustMaterial.of(authority("servers-" + chain)),
                    Map.of(),
                    List.of()));
        }
        assertThat(endings.get())
                .extracting(Ending::leg, Ending::kind)
                .containsExactly(
                        tuple(Leg.ACCEPT, Kind.PINNED),
                        tuple(Leg.CONNECT, Kind.PINNED),
                        tuple(Leg.ACCEPT, Kind.CA),
                        tuple(Leg.CONNECT, Kind.CA));
    }

    @Test
    void revocationListEndsWhenItsNextUpdateIsDue() throws Exception {
        TestCertificates.Authority ca = TestCertificates.authority("lister");
        Instant next = NOW.plus(3, ChronoUnit.DAYS);
        material.add(new TunnelMaterial(
                server(new Access.Anyone()),
                List.of(),
                List.of(),
                new TrustMaterial(List.of(), List.of(crl(ca, next)), new DenyList()),
                TrustMaterial.none(),
                Map.of(),
                List.of()));
        assertThat(endings.get()).containsExactly(new Ending("t", Leg.ACCEPT, Kind.CRL, "CN=lister", NOW, next));
    }

    @Test
    void invitationsCountWhereInvitedClientsMayConnect() {
        Instant until = NOW.plus(9, ChronoUnit.DAYS);
        invited.replace(List.of(
                new InvitedClients.Client(
                        "laptop", TestCertificates.selfSigned("a").pin(), "t", until),
                new InvitedClients.Client(
                        "other", TestCertificates.selfSigned("b").pin(), "another tunnel", until)));
        material.add(own(server(new Access.Anyone())));
        assertThat(endings.get()).isEmpty();
        material.set(0, own(server(Access.Clients.ofInvitations())));
        assertThat(endings.get()).containsExactly(new Ending("t", Leg.ACCEPT, Kind.INVITED, "laptop", null, until));
    }

    @Test
    void serverCountsByWhatItShowedLast() {
        material.add(own(client(new ServerTrust.Authority(Path.of("x")))));
        assertThat(endings.get()).isEmpty();
        show(certificate("first", 1));
        show(certificate("second", 2));
        assertThat(endings.get())
                .extracting(Ending::leg, Ending::kind, Ending::what)
                .containsExactly(tuple(Leg.CONNECT, Kind.PEER, "CN=second"));
        material.clear();
        assertThat(endings.get()).as("of a tunnel that is gone").isEmpty();
    }

    @Test
    void ofClientsConnectedNowTheFirstToExpireCounts() {
        material.add(own(server(new Access.Anyone())));
        open.addAll(List.of(connected("late", 9), connected("soon", 2), connected("middle", 5), facts()));
        assertThat(endings.get())
                .extracting(Ending::leg, Ending::kind, Ending::what)
                .containsExactly(tuple(Leg.ACCEPT, Kind.PEER, "CN=soon"));
        open.clear();
        assertThat(endings.get()).isEmpty();
    }

    private void show(TestCertificate certificate) {
        servers.secured(facts(), Leg.CONNECT, session(certificate), Duration.ZERO);
    }

    private static ConnectionFacts connected(String name, int days) {
        ConnectionFacts facts = facts();
        facts.secured(Leg.ACCEPT, session(certificate(name, days)));
        return facts;
    }

    private static ConnectionFacts facts() {
        return new ConnectionFacts(1, "t", new InetSocketAddress("192.0.2.7", 40_000), NOW, 0);
    }

    private static TlsSession session(TestCertificate peer) {
        return new TlsSession("TLSv1.3", "x", "x", false, null, "", null, peer.chain());
    }

    private static TestCertificate certificate(String name, int days) {
        return TestCertificates.selfSignedLeaf(name)
                .validity(NOW.minus(1, ChronoUnit.DAYS), NOW.plus(days, ChronoUnit.DAYS))
                .issue();
    }

    private static KeyMaterial key(TestCertificate certificate) {
        return new KeyMaterial(certificate.chain(), certificate.key());
    }

    private static List<X509Certificate> authority(String name) {
        return List.of(TestCertificates.authority(name).certificate());
    }

    private static NamePattern any() {
        return NamePattern.parse("*");
    }

    private static TunnelMaterial own(TunnelConfig config, KeyMaterial... keys) {
        return new TunnelMaterial(
                config,
                Stream.of(keys).toList(),
                List.of(),
                TrustMaterial.none(),
                TrustMaterial.none(),
                Map.of(),
                List.of());
    }

    private static TunnelConfig server(Access access) {
        return tunnel(new AcceptTls(null, access, TlsSettings.DEFAULT), null);
    }

    private static TunnelConfig client(ServerTrust trust) {
        return tunnel(null, new ConnectTls(trust, null, null, TlsSettings.DEFAULT));
    }

    private static TunnelConfig tunnel(@Nullable AcceptTls accept, @Nullable ConnectTls connect) {
        return new TunnelConfig(
                "t",
                new AcceptLeg(new Address.Tcp("127.0.0.1", 0), accept),
                new ConnectLeg(new Address.Tcp("127.0.0.1", 6379), connect),
                Limits.DEFAULT,
                Timeouts.DEFAULT);
    }

    @SuppressWarnings("JavaUtilDate")
    private static X509CRL crl(TestCertificates.Authority ca, Instant next) throws Exception {
        byte[] der = new X509v2CRLBuilder(new X500Name("CN=lister"), Date.from(NOW))
                .setNextUpdate(Date.from(next))
                .build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(ca.identity().key()))
                .getEncoded();
        return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    }
}
