package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.KeySources;
import io.ferrule.config.NamePattern;
import io.ferrule.config.NamedService;
import io.ferrule.config.Revocation;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The authorities that clients are told to have a certificate of, as {@code openssl s_client} reads them and Java's clients choose. */
@Timeout(60)
class RequestedAuthoritiesTest {
    private static final TestCertificates.Authority FIRST = TestCertificates.authority("first CA");
    private static final TestCertificates.Authority SECOND = TestCertificates.authority("second CA");
    private static final TestCertificate OWN = TestCertificates.selfSigned("localhost");
    private static final TestCertificate OF_FIRST = FIRST.issue("of-first.test");
    private static final TestCertificate OF_SECOND = SECOND.issue("of-second.test");
    private static final List<NamePattern> ANY = List.of(NamePattern.parse("*"));

    @TempDir
    Path directory;

    private final TunnelRig rig = new TunnelRig();
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> {
            peer.send("welcome");
            peer.receiveAll();
        });
    }

    @AfterEach
    void close() {
        rig.close();
        target.close();
    }

    private Path bundle(TestCertificates.Authority... authorities) {
        String pem = Stream.of(authorities).map(TestCertificates.Authority::pem).collect(Collectors.joining());
        return TestCertificate.write(directory.resolve("bundle" + authorities.length + ".pem"), pem);
    }

    private TunnelConfig server(Access access, NamedService... names) {
        AcceptTls tls = new AcceptTls(
                KeySources.of(OWN.writeTo(directory)),
                access,
                TlsSettings.DEFAULT,
                Revocation.NONE,
                null,
                false,
                List.of(names),
                false);
        return TunnelRig.server("tunnel", tls, TunnelRig.at(target.port()));
    }

    private static Access verified(boolean chain, boolean stored, Path file) {
        return new Access.Verified(new Verification(true, chain, stored, List.of(file), List.of()));
    }

    private String namedTo(String... options) throws Exception {
        return namedTo(rig.port("tunnel"), options);
    }

    /** What stands between the two headings of s_client, on one line. */
    private static String namedTo(int port, String... options) throws Exception {
        try (OpenSslPeer client = OpenSslPeer.client(port, options)) {
            client.awaitLine("Verification error|Verification: OK");
            List<String> lines = client.output().lines().toList();
            int begin = lines.indexOf("Acceptable client certificate CA names");
            return begin < 0
                    ? ""
                    : lines.stream()
                            .skip(begin + 1)
                            .takeWhile(line -> !line.matches("(Requested|Client|Peer|---).*"))
                            .filter(line -> line.startsWith("CN")) // what it says on stderr may stand between
                            .map(line -> line.replaceAll(".*CN ?= ?", ""))
                            .collect(Collectors.joining(", "));
        }
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void clientsAreToldWhoseCertificatesLetThemIn(String version) throws Exception {
        rig.run(server(
                new Access.Clients(List.of(), false, new Access.Authority(bundle(FIRST, SECOND), ANY), false, false)));
        assertThat(namedTo(version)).isEqualTo("first CA, second CA");
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void theRealStunnelTellsTheSame() throws Exception {
        Path file = bundle(FIRST, SECOND);
        rig.run(server(verified(true, false, file)));
        try (StunnelPeer stunnel =
                StunnelPeer.server(OWN, "127.0.0.1:" + target.port(), "CAfile = " + file, "verifyChain = yes")) {
            assertThat(namedTo("-tls1_3"))
                    .isEqualTo(namedTo(stunnel.port(), "-tls1_3"))
                    .isEqualTo("first CA, second CA");
        }
    }

    @Test
    @NeedsCommand("openssl")
    void aReloadTellsOfTheAuthoritiesThatAreThereThen() throws Exception {
        rig.run(server(Access.Clients.signed(bundle(FIRST), ANY)));
        assertThat(namedTo()).isEqualTo("first CA");
        TestCertificate.write(directory.resolve("bundle1.pem"), SECOND.pem());
        rig.run(server(Access.Clients.signed(directory.resolve("bundle1.pem"), ANY)));
        assertThat(namedTo()).isEqualTo("second CA");
    }

    @Test
    @NeedsCommand("openssl")
    void nobodyIsNamedWhereAnotherCertificateWouldDoToo() throws Exception {
        Access.Authority authority = new Access.Authority(bundle(FIRST), ANY);
        rig.run(server(new Access.Clients(List.of(OWN.pin()), false, authority, false, false)));
        assertThat(namedTo()).isEmpty();
        rig.run(server(new Access.Clients(List.of(), false, authority, true, false)));
        assertThat(namedTo()).isEmpty();
        rig.run(server(verified(false, true, bundle(FIRST))));
        assertThat(namedTo()).isEmpty();
    }

    @Test
    @NeedsCommand("openssl")
    void theAuthoritiesOfOneServerNameAreNotToldToAnother() throws Exception {
        Access first = Access.Clients.signed(bundle(FIRST), ANY);
        Path other = TestCertificate.write(directory.resolve("other.pem"), SECOND.pem());
        NamedService open =
                new NamedService("open.test", null, new Access.Anyone(), Revocation.NONE, TunnelRig.at(target.port()));
        NamedService second = new NamedService(
                "second.test", null, Access.Clients.signed(other, ANY), Revocation.NONE, TunnelRig.at(target.port()));
        rig.run(server(first, open));
        assertThat(namedTo("-servername", "localhost")).isEqualTo("first CA");
        assertThat(namedTo("-servername", "open.test")).isEmpty();
        rig.run(server(first, second));
        assertThat(namedTo("-servername", "localhost")).isEmpty();
        assertThat(namedTo("-servername", "second.test")).isEmpty();
    }

    @Test
    @NeedsCommand("openssl")
    void aBundleThatIsLargerThanPeersTakeIsNotNamedAtAll() throws Exception {
        String many = IntStream.range(0, 90)
                .mapToObj(i -> TestCertificates.authority("A".repeat(55) + i).pem())
                .collect(Collectors.joining());
        Path file = TestCertificate.write(directory.resolve("many.pem"), many);
        rig.run(server(Access.Clients.signed(file, ANY)));
        assertThat(namedTo().split(", ")).hasSize(90);
        TestCertificate.write(file, many + many + many); // the same again are no more
        rig.run(server(Access.Clients.signed(file, ANY)));
        assertThat(namedTo().split(", ")).hasSize(90);
        String more = IntStream.range(0, 150)
                .mapToObj(i -> TestCertificates.authority("B".repeat(55) + i).pem())
                .collect(Collectors.joining());
        TestCertificate.write(file, many + more);
        rig.run(server(Access.Clients.signed(file, ANY)));
        assertThat(namedTo()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aJavaClientWithTwoCertificatesShowsTheOneThatIsAskedFor(String version) throws Exception {
        rig.run(server(Access.Clients.signed(bundle(SECOND), ANY)));
        try (Peer peer = Peer.tls(rig.port("tunnel"), JdkTls.showing(OF_FIRST, OF_SECOND), version)) {
            assertThat(peer.receive(7)).isEqualTo("welcome");
        }
        try (Peer peer = Peer.tls(rig.port("tunnel"), JdkTls.showing(OF_SECOND, OF_FIRST), version)) {
            assertThat(peer.receive(7)).isEqualTo("welcome");
        }
    }
}
