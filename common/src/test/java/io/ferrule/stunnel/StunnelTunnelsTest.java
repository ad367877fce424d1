package io.ferrule.stunnel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.Failover;
import io.ferrule.config.NameMatching;
import io.ferrule.config.NamePattern;
import io.ferrule.config.NamedService;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a section becomes. */
class StunnelTunnelsTest {
    @TempDir
    Path directory;

    private final List<StunnelTunnels.Section> sections = new ArrayList<>();

    private List<TunnelConfig> read(String text) throws StunnelException {
        sections.clear();
        StunnelTunnels tunnels = new StunnelTunnels(StunnelHost.here());
        StunnelReader.read(
                new StunnelSource.Text("test.conf", text),
                StunnelHost.here(),
                (globals, service) -> {
                    List<StunnelTunnels.Section> joined = StunnelTunnels.joined(sections, tunnels.of(globals, service));
                    sections.clear();
                    sections.addAll(joined);
                },
                (level, id, line) -> {});
        return sections.stream().flatMap(section -> section.tunnels().stream()).toList();
    }

    private TunnelConfig server(String more) throws StunnelException, IOException {
        return read("[s]\naccept = 127.0.0.1:1\nconnect = 6379\ncert = " + file("s.pem") + "\n" + more)
                .get(0);
    }

    private TunnelConfig client(String more) throws StunnelException {
        return read("[c]\nclient = yes\naccept = 127.0.0.1:1\nconnect = redis.test:46379\n" + more)
                .get(0);
    }

    /** Only looked for here. */
    private Path file(String name) throws IOException {
        Path file = directory.resolve(name);
        return Files.exists(file) ? file : Files.createFile(file);
    }

    private static Verification asked(TunnelConfig tunnel) {
        return tunnel.accept().tls() != null
                ? ((Access.Verified) accept(tunnel).access()).verification()
                : ((ServerTrust.Verified) connect(tunnel).trust()).verification();
    }

    private static AcceptTls accept(TunnelConfig tunnel) {
        return requireNonNull(tunnel.accept().tls());
    }

    private static ConnectTls connect(TunnelConfig tunnel) {
        return requireNonNull(tunnel.connect().tls());
    }

    @Test
    void aServerHasTlsInFrontAndAClientBehind() throws Exception {
        assertThat(server("").accept().tls()).isNotNull();
        assertThat(server("").connect().tls()).isNull();
        assertThat(client("").accept().tls()).isNull();
        assertThat(client("").connect().tls()).isNotNull();
    }

    @Test
    void aPortAloneIsEveryAddressToAcceptAtAndLocalhostToConnectTo() throws Exception {
        List<TunnelConfig> tunnels = read("[s]\naccept = 46379\nconnect = 6379\ncert = " + file("s.pem") + "\n");
        assertThat(tunnels)
                .extracting(tunnel -> tunnel.accept().listen())
                .containsExactly(new Address.Tcp("0.0.0.0", 46379), new Address.Tcp("::", 46379));
        assertThat(tunnels.get(0).connect().target()).isEqualTo(new Address.Tcp("localhost", 6379));
    }

    @Test
    void eachAddressIsATunnelAndOneNameTwiceIsTwoServices() throws Exception {
        String section = "[a#1]\naccept = 127.0.0.1:1\naccept = 127.0.0.1:2\nconnect = 3\nclient = yes\n";
        assertThat(read(section + section))
                .extracting(TunnelConfig::name)
                .containsExactly("a#1", "a#1#2", "a#1~2", "a#1~2#2");
        assertThat(StunnelTunnels.section("a#1~2#2")).isEqualTo("a#1");
        assertThat(StunnelTunnels.first("a#1~2#2")).isEqualTo("a#1~2");
    }

    @Test
    void targetsAreTriedAsFailoverSays() throws Exception {
        TunnelConfig tunnel = client("connect = /run/redis.sock\nfailover = rr\nlocal = 127.0.0.1\n");
        assertThat(tunnel.connect().targets())
                .containsExactly(new Address.Tcp("redis.test", 46379), new Address.Unix(Path.of("/run/redis.sock")));
        assertThat(tunnel.connect().source()).hasToString("/127.0.0.1");
    }

    @Test
    void roundRobinNeedsNamesThatAreKnown() throws Exception {
        TunnelConfig tunnel =
                read("[c]\nclient = yes\naccept = 127.0.0.1:1\nconnect = 127.0.0.1:2\nconnect = 127.0.0.1:3\nfailover = rr\n")
                        .get(0);
        assertThat(tunnel.connect().failover()).isEqualTo(Failover.ROUND_ROBIN);
    }

    @ParameterizedTest
    @CsvSource({
        "verify = 0, false, false, false",
        "verify = 1, false, true, false",
        "verify = 2, true, true, false",
        "verify = 3, true, true, true",
        "verify = 4, true, false, true",
        "verifyChain = yes, true, true, false",
        "verifyPeer = yes, true, false, true",
        "requireCert = yes, true, false, false"
    })
    void eachWayToVerifyAsksWhatStunnelAsks(String line, boolean required, boolean chain, boolean stored)
            throws Exception {
        Verification verification = asked(server("CAfile = " + file("ca.pem") + "\n" + line + "\n"));
        assertThat(verification.required()).isEqualTo(required);
        assertThat(verification.chain()).isEqualTo(chain);
        assertThat(verification.stored()).isEqualTo(stored);
        assertThat(verification.certificates()).isEqualTo(chain || stored ? List.of(file("ca.pem")) : List.of());
    }

    @Test
    void withoutAWayToVerifyClientsAreNotAskedForACertificate() throws Exception {
        assertThat(accept(server("CAfile = " + file("ca.pem") + "\n")).access()).isInstanceOf(Access.Anyone.class);
    }

    @Test
    void checksAreNamesOfWhichOneHasToMatch() throws Exception {
        TunnelConfig tunnel = client("verifyChain = yes\nCAfile = " + file("ca.pem")
                + "\ncheckHost = redis.test\ncheckIP = 10.0.0.1\ncheckEmail = a@redis.test\n");
        assertThat(asked(tunnel).names())
                .containsExactlyInAnyOrder(
                        new NamePattern(NamePattern.Kind.HOST, "redis.test"),
                        new NamePattern(NamePattern.Kind.IP, "10.0.0.1"),
                        new NamePattern(NamePattern.Kind.EMAIL, "a@redis.test"));
    }

    @Test
    void aClientThatVerifiesNothingIsAnUnsafeChoice() throws Exception {
        assertThat(client("").unsafeChoices()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "sslVersion = TLSv1.2, TLS_1_2, TLS_1_2",
        "sslVersionMin = TLSv1.3, TLS_1_3, TLS_1_3",
        "sslVersionMin = TLSv1, TLS_1_2, TLS_1_3",
        "options = NO_TLSv1_3, TLS_1_2, TLS_1_2",
        "options = NO_TLSv1_2, TLS_1_3, TLS_1_3",
        "config = MinProtocol:TLSv1.3, TLS_1_3, TLS_1_3",
        "config = maxprotocol:TLSv1.2, TLS_1_2, TLS_1_2",
        "'config = Protocol:-ALL,TLSv1.2', TLS_1_2, TLS_1_2",
        "'config = Protocol:ALL,-TLSv1.2,-SSLv3', TLS_1_3, TLS_1_3"
    })
    void versionsAreThoseThatBothSpeak(String line, TlsVersion minimum, TlsVersion maximum) throws Exception {
        assertThat(accept(server(line + "\n")).settings())
                .matches(settings -> settings.minimum() == minimum && settings.maximum() == maximum);
    }

    @Test
    void commandsOfOpenSslCountMoreThanOptions() throws Exception {
        TlsSettings settings = accept(
                        server(
                                """
                        ciphers = ECDHE-RSA-AES128-GCM-SHA256
                        curves = P-256
                        config = CipherString:ECDHE-RSA-AES256-GCM-SHA384
                        config = Groups:P-384
                        config = Options:-SessionTicket,ServerPreference,Bugs
                        config = NumTickets:1
                        """))
                .settings();
        assertThat(settings.ciphers()).containsExactly("ECDHE-RSA-AES256-GCM-SHA384");
        assertThat(settings.groups()).containsExactly("P-256");
        assertThat(sections.get(0).notices()).anyMatch(notice -> notice.contains("config = Groups has no effect"));
        assertThat(settings.clientChoosesCipher()).isFalse();
        assertThat(settings.sessions().tickets()).isFalse();
    }

    @Test
    void aSecurityLevelLeavesWhatIsAsStrong() throws Exception {
        TlsSettings third = accept(server("securityLevel = 3\n")).settings();
        assertThat(third.maximum()).isEqualTo(TlsVersion.TLS_1_3);
        assertThat(third.ciphers()).isEmpty();
        assertThat(third.sessions().tickets()).isFalse();
        TlsSettings fifth = accept(server("securityLevel = 5\n")).settings();
        assertThat(fifth.maximum()).isEqualTo(TlsVersion.TLS_1_2);
        assertThat(fifth.ciphers()).isNotEmpty().noneMatch(suite -> suite.contains("AES128"));
        assertThat(fifth.groups()).containsExactly("P-521");
        assertThat(fifth.signatures()).isNotEmpty().allMatch(name -> name.endsWith("sha512"));
        assertThat(asked(server("securityLevel = 4\nverifyChain = yes\nCAfile = " + file("ca.pem") + "\n"))
                        .leastBits())
                .isEqualTo(192);
        assertThatThrownBy(() -> server("securityLevel = 4\nsslVersionMin = TLSv1.3\n"))
                .hasMessageContaining("securityLevel above 3");
        assertThatThrownBy(() -> server("securityLevel = 4\ncurves = X25519\n")).isInstanceOf(StunnelException.class);
    }

    @Test
    void suitesOfKeysFollowTheLevelAndTheCommandsToo() throws Exception {
        Path secrets = Files.writeString(directory.resolve("keys.txt"), "alice:" + "0123456789abcdef".repeat(2) + "\n");
        String keys = "PSKsecrets = " + secrets + "\n";
        assertThat(suites(keys))
                .anyMatch(suite -> suite.contains("AES128"))
                .anyMatch(suite -> suite.startsWith("PSK-"));
        assertThat(suites(keys + "securityLevel = 3\n")).isNotEmpty().allMatch(suite -> suite.startsWith("ECDHE-"));
        assertThat(suites(keys + "securityLevel = 4\n")).isNotEmpty().noneMatch(suite -> suite.contains("AES128"));
        assertThat(suites(keys + "config = CipherString:ECDHE-RSA-AES256-GCM-SHA384:PSK-AES256-GCM-SHA384\n"))
                .containsExactly("PSK-AES256-GCM-SHA384");
    }

    private List<String> suites(String lines) throws Exception {
        return requireNonNull(accept(server(lines)).preShared()).ciphers();
    }

    @Test
    void waitsAreStunnels() throws Exception {
        assertThat(server("TIMEOUTclose = 0\nTIMEOUTidle = 7\nTIMEOUTconnect = 3\nTIMEOUTbusy = 5\n")
                        .timeouts())
                .matches(waits -> waits.handshake().equals(Duration.ofSeconds(5))
                        && waits.connect().equals(Duration.ofSeconds(3))
                        && waits.idle().equals(Duration.ofSeconds(7))
                        && waits.halfClose().toMillis() == 1);
        assertThat(server("").timeouts().idle()).isEqualTo(Duration.ofHours(12));
        assertThat(server("TIMEOUTclose = -1\nTIMEOUTidle = -5\n").timeouts())
                .matches(waits -> waits.halfClose().isZero() && waits.idle().isZero());
    }

    @Test
    void sessionsEndAsTheFileSays() throws Exception {
        assertThat(accept(server("sessionCacheTimeout = 60\n"))
                        .settings()
                        .sessions()
                        .lifetime())
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(accept(server("sessionResume = no\n")).settings().sessions())
                .matches(sessions -> !sessions.tickets() && sessions.kept() == 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pty = yes",
                "protocol = capwin",
                "OCSPflag = NOVERIFY",
                "OCSPflag = noSigs",
                "OCSPflag = NOINTERN",
                "securityLevel = 6",
                "config = VerifyMode:Once",
                "config = SignatureAlgorithms:ed25519",
                "config = Options:UnsafeLegacyRenegotiation",
                "config = Options:Compression",
                "config = MaxProtocol:TLSv1.1",
                "config = MinProtocol:newest",
                "config = Protocol:-ALL",
                "config = NumTickets:0",
                "config = CipherString:RC4-SHA",
                "config = Ciphersuites:TLS_AES_128_CCM_SHA256",
                "config = Bugs",
                "sslVersionMax = TLSv1.1",
                "options = ALLOW_UNSAFE_LEGACY_RENEGOTIATION"
            })
    void whatIsNotDoneIsRefused(String line) throws IOException {
        String verifying = "verifyChain = yes\nCAfile = " + file("ca.pem") + "\n";
        assertThatThrownBy(() -> server(verifying + line + "\n")).isInstanceOf(StunnelException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = "protocol = capwin\nprotocolPassword = wonderland")
    void whatIsNotDoneOfAClientsProtocolIsRefused(String lines) {
        assertThatThrownBy(() -> client(lines + "\n"))
                .isInstanceOf(StunnelException.class)
                .hasMessageNotContaining("wonderland");
    }

    @ParameterizedTest
    @ValueSource(strings = {"protocol = connect\nconnect = 1\n", "protocol = socks\n"})
    void clientsThatSayWhereTheyGoHaveNoTargetGiven(String lines) throws Exception {
        TunnelConfig tunnel = read("[s]\naccept = 127.0.0.1:1\ncert = " + file("s.pem") + "\n" + lines)
                .get(0);
        assertThat(tunnel.connect().targets()).containsExactly(new Address.Asked());
        assertThat(tunnel.unsafeChoices()).anyMatch(choice -> choice.contains("wherever a client asks"));
    }

    @ParameterizedTest
    @CsvSource({"destination, false", "both, true"})
    void redirectedClientsHaveTheTargetThatTheyWanted(String transparent, boolean showsClient) throws Exception {
        TunnelConfig tunnel = read("[c]\nclient = yes\naccept = 127.0.0.1:1\ntransparent = " + transparent + "\n")
                .get(0);
        assertThat(tunnel.connect().targets()).containsExactly(new Address.Original());
        assertThat(tunnel.sockets().showsClient()).isEqualTo(showsClient);
        assertThat(tunnel.asksForOriginal()).isTrue();
        ConnectTls tls = requireNonNull(tunnel.connect().tls());
        assertThat(tls.serverName()).isEmpty();
        assertThat(tls.settings().sessions().kept()).isZero();
    }

    @Test
    void eachAddressHasTheTimeToConnect() throws Exception {
        assertThat(client("TIMEOUTconnect = 3\n").connect().eachInTime()).isTrue();
    }

    @Test
    void theConnectionOfStandardInputIsNotLedToWhereItWanted() {
        assertThatThrownBy(() -> read("transparent = destination\ncert = " + file("s.pem") + "\n"))
                .isInstanceOf(StunnelException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chroot = /", "compression = deflate", "fips = yes", "engine = capi"})
    void whatTheWholeProcessIsNotDoesIsRefused(String line) {
        assertThatThrownBy(() -> read(line + "\n[c]\nclient = yes\naccept = 127.0.0.1:1\nconnect = 2\n"))
                .isInstanceOf(StunnelException.class);
    }

    @Test
    void aLineWithoutEffectIsToldWithoutItsSecret() throws Exception {
        client("stack = 9\nprotocolPassword = wonderland\n");
        assertThat(sections.get(0).notices())
                .anyMatch(notice -> notice.startsWith("test.conf:5: \"stack = 9\": "))
                .noneMatch(notice -> notice.contains("wonderland"));
    }

    private Address.Program program(String lines) throws Exception {
        return (Address.Program)
                read(lines + "cert = " + file("s.pem") + "\n").get(0).connect().target();
    }

    @Test
    void programIsTheTargetWithItsArgumentsAndTheEnvironmentOfTheFile() throws Exception {
        Address.Program program = program(
                """
                setEnv = COLOUR=light blue
                setEnv = EMPTY=
                [s]
                accept = 127.0.0.1:1
                exec = /bin/cat
                execArgs = cat  -n\t-\s
                local = 127.0.0.1
                """);
        assertThat(program.command()).containsExactly("/bin/cat", "-n", "-");
        assertThat(program.environment()).containsOnly(Map.entry("COLOUR", "light blue"), Map.entry("EMPTY", ""));
        assertThat(sections.get(0).tunnel().connect().source()).isNull();
        assertThat(sections.get(0).notices()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"yes, true", "quiet, false", "no, false"})
    void errorsOfAProgramGoToTheLogOnlyWhereThatIsStderr(String foreground, boolean own) throws Exception {
        assertThat(program("foreground = " + foreground + "\n[s]\naccept = 127.0.0.1:1\nexec = /bin/cat\n")
                        .ownErrors())
                .isEqualTo(own);
    }

    @Test
    void aNameOfTheProgramThatItDoesNotGetIsTold() throws Exception {
        program("[s]\naccept = 127.0.0.1:1\nexec = /bin/sh\nexecArgs = -sh\n");
        assertThat(sections.get(0).notices()).anyMatch(notice -> notice.contains("execArgs") && notice.contains("-sh"));
    }

    @Test
    void aProgramThatIsNotThereIsToldOf() throws Exception {
        program("[s]\naccept = 127.0.0.1:1\nexec = /nonexistent/program\n");
        assertThat(sections.get(0).notices()).anyMatch(notice -> notice.contains("/nonexistent/program"));
    }

    @Test
    void aVariableWithoutANameIsAnError() {
        assertThatThrownBy(() -> program("setEnv = COLOUR\n[s]\naccept = 1\nexec = /bin/cat\n"))
                .hasMessageContaining("setEnv");
    }

    @Test
    void fileWithoutSectionsIsForStandardInputAndOutput() throws Exception {
        TunnelConfig tunnel =
                read("client = yes\nservice = mail\nconnect = 127.0.0.1:2\n").get(0);
        assertThat(tunnel.name()).isEqualTo("mail");
        assertThat(tunnel.accept().listen()).isEqualTo(new Address.Standard());
        assertThat(sections.get(0).accepts()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"yes, 1000", "250, 250", "0, 10"})
    void programThatDialsOutIsTheClientAndStartsAgain(String retry, long millis) throws Exception {
        TunnelConfig tunnel = read("[ec]\nclient = yes\nexec = /bin/cat\nconnect = 2\nretry = " + retry + "\n")
                .get(0);
        assertThat(tunnel.accept().listen()).isInstanceOf(Address.Program.class);
        assertThat(tunnel.connect().target()).isEqualTo(new Address.Tcp("localhost", 2));
        assertThat(sections.get(0).dialsOut()).isTrue();
        assertThat(sections.get(0).service().dialing().retry()).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void aUserThatTheProcessIsAlreadyMayStay() throws Exception {
        int user = ProcessOwner.current().user();
        assertThat(read("setuid = " + user + "\n[c]\nclient = yes\naccept = 127.0.0.1:1\nconnect = 2\n"))
                .hasSize(1);
        assertThatThrownBy(() ->
                        read("setuid = " + (user + 1) + "\n[c]\nclient = yes\naccept = 127.0.0.1:1\nconnect = 2\n"))
                .hasMessageContaining("setuid");
    }

    @Test
    void noServerNameIsSentIfTheFileSaysSo() throws Exception {
        assertThat(connect(client("sni =\n")).serverName()).isEmpty();
        assertThat(connect(client("sni = other.test\n")).serverName()).isEqualTo("other.test");
        assertThat(connect(client("")).serverName()).isNull();
    }

    @Test
    void whoFailsTheCheckGoesWhereTheFileSays() throws Exception {
        String verifying = "verifyChain = yes\nrequireCert = no\nCAfile = " + file("ca.pem") + "\n";
        Access access = accept(server(verifying + "redirect = 1\nredirect = far.test:2\n"))
                .access();
        assertThat(requireNonNull(access.redirection()).targets())
                .containsExactly(new Address.Tcp("localhost", 1), new Address.Tcp("far.test", 2));
        assertThat(access.needsCertificate()).isTrue();
        assertThat(server(verifying + "redirect = far.test:2\n").unsafeChoices())
                .anyMatch(choice -> choice.contains("redirected travel to far.test:2"));
    }

    @Test
    void respondersAreAskedInStunnelsOrderAndListsAboutThePeerAlone() throws Exception {
        String verifying = "verifyChain = yes\nCAfile = " + file("ca.pem") + "\n";
        assertThat(accept(server(verifying + "OCSP = http://a.test\nOCSPaia = yes\nOCSPnonce = yes\n"))
                        .revocation())
                .matches(asked -> asked.ocsp() == Revocation.Ocsp.RESPONDER_THEN_AIA
                        && String.valueOf(asked.responder()).equals("http://a.test")
                        && asked.nonce()
                        && asked.peerOnly());
    }

    private String virtual(String name, String more) throws IOException {
        return "[" + name + "]\nconnect = 7\ncert = " + file(name + ".pem") + "\n" + more + "\n";
    }

    @Test
    void aVirtualServiceIsPartOfEachPlaceOfItsPrimaryAndHasNoneItself() throws Exception {
        String primary =
                "[p]\naccept = 127.0.0.1:1\naccept = 127.0.0.1:2\nconnect = 6379\ncert = " + file("p.pem") + "\n";
        List<TunnelConfig> tunnels = read(primary
                + virtual("v", "sni = p:*.v.test\nsni = p:other.test\nTIMEOUTidle = 7")
                + virtual("w", "sni = p:OTHER.test\nsni = p:w.test"));
        assertThat(tunnels).extracting(TunnelConfig::name).containsExactly("p", "p#2");
        for (TunnelConfig tunnel : tunnels) {
            assertThat(accept(tunnel).matching()).isEqualTo(NameMatching.FIRST_LISTED);
            assertThat(accept(tunnel).refuseUnknownNames()).isFalse();
            assertThat(accept(tunnel).names())
                    .extracting(NamedService::name)
                    .containsExactly("*.v.test", "other.test", "w.test");
            assertThat(accept(tunnel).names().get(0))
                    .matches(v -> requireNonNull(v.timeouts()).idle().toSeconds() == 7
                            && v.connect().target().equals(new Address.Tcp("localhost", 7)));
        }
        LoggedService logged = sections.get(0).logged();
        assertThat(logged.virtual()).containsOnlyKeys("*.v.test", "other.test", "OTHER.test", "w.test");
        assertThat(requireNonNull(logged.virtual().get("other.test")).name()).isEqualTo("v");
    }

    @Test
    void whatAVirtualServiceCannotHaveOfItsOwnIsTold() throws Exception {
        server(virtual("v", "sni = s:v.test") + virtual("w", "sni = s:w.test\nsslVersionMin = TLSv1.3"));
        assertThat(sections.get(1).notices()).isEmpty();
        assertThat(sections.get(2).notices()).singleElement().asString().contains("versions", "[s]");
    }

    @Test
    void behindAVirtualServiceThereIsNoOther() throws Exception {
        TunnelConfig tunnel = server(virtual("v", "sni = s:v.test") + virtual("w", "sni = v:w.test"));
        assertThat(accept(tunnel).names()).hasSize(1);
        assertThat(sections.get(2).notices()).singleElement().asString().contains("finds nobody");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void preSharedKeysAreOfNeitherSectionThatAServerNameChoosesBetween(boolean accepting) throws Exception {
        Path keys = Files.writeString(directory.resolve("psk"), "me:00112233445566778899aabbccddeeff\n");
        String some = "PSKsecrets = " + keys + "\n";
        assertThatThrownBy(() ->
                        server((accepting ? some : "") + virtual("v", "sni = s:v.test\n" + (accepting ? "" : some))))
                .isInstanceOf(StunnelException.class)
                .hasMessageContaining("\"PSKsecrets\" together with \"sni\"");
    }

    @Test
    void servicesShareTheConnectionsThatTheProcessCanHold() throws Exception {
        read(
                """
                client = yes
                connect = redis.test:2
                [a]
                accept = 1
                [b]
                accept = 127.0.0.1:3
                accept = 127.0.0.1:4
                """);
        assertThat(StunnelTunnels.sharing(sections, 3_000))
                .flatExtracting(StunnelTunnels.Section::tunnels)
                .extracting(tunnel -> tunnel.limits().connections())
                .containsExactly(
                        1_000, 1_000, 1_000, 1_000); // the first port's second is an IPv6 place, mostly in vain
        assertThat(StunnelTunnels.sharing(sections, 1_000_000).get(0).logged().mostClients())
                .isEqualTo(10_000);
    }
}
