package io.ferrule.tunnel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Address;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.NamePattern;
import io.ferrule.config.PreSharedKey;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.StatusChecks;
import io.ferrule.stunnel.ConnectionId;
import io.ferrule.stunnel.LoggedService;
import io.ferrule.stunnel.LoggedService.Asked;
import io.ferrule.stunnel.StunnelEvents;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same happens to the real stunnel and to a tunnel: both write the same lines, up to level 6, in the same order. */
@Timeout(60)
@NeedsCommand({"stunnel4", "stunnel"})
class StunnelLinesTest {
    /** What stunnel alone tells: its tickets. */
    private static final Pattern ONLY_STUNNELS =
            Pattern.compile("LOG6: (No peer certificate received|Session id: .*|Client certificate not requested"
                    + "|Received trusted client CA.*)");

    private static final Pattern LINE = Pattern.compile("\\S+ \\S+ (LOG\\d)\\[\\d+\\](: .*)");
    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");
    private static final TestCertificate SERVER =
            CA.leaf("server.test").subject("O=FactTest,CN=server.test").issue();
    private static final TestCertificate WORKER =
            CA.leaf("client.test").subject("O=FactTest,CN=client.test").issue();
    private static final TestCertificate STRANGER =
            TestCertificates.authority("other CA").issue("other.test");
    private static final Asked HOST = new Asked(true, true, false, List.of("server.test"), List.of(), List.of());
    private static final Asked CHAIN = new Asked(true, true, false, List.of(), List.of(), List.of());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** What is done to a port on which one of them listens. */
    private interface Play {
        void at(int port) throws IOException;
    }

    private static void echo(Peer peer) throws IOException {
        byte[] chunk = new byte[4096];
        for (int n = peer.in().read(chunk); n >= 0; n = peer.in().read(chunk)) {
            peer.send(java.util.Arrays.copyOf(chunk, n));
        }
        peer.finish();
    }

    private static void talk(Peer opened) throws IOException {
        try (Peer peer = opened) {
            peer.send("hello");
            assertThat(peer.receive(5)).isEqualTo("hello");
            peer.finish();
            peer.receiveAll();
        }
    }

    /** A peer that is not let in notices it at the latest when it reads. */
    private static void intrude(int port, SSLContext context, String version) {
        try (Peer peer = Peer.tls(port, context, version)) {
            peer.in().read();
        } catch (IOException refused) {
            // That is what it is about.
        }
    }

    // ---- both, side by side

    private AcceptTls acceptTls(Access access) {
        return new AcceptTls(KeySources.of(SERVER.writeTo(directory)), access, TlsSettings.DEFAULT);
    }

    private void asServer(@Nullable Asked asked, int target, Play play) throws Exception {
        Path ca = CA.writeTo(directory);
        TunnelConfig config = TunnelRig.server(
                "tunnel",
                acceptTls(
                        asked == null
                                ? new Access.Anyone()
                                : Access.Clients.signed(ca, List.of(NamePattern.parse("*")))),
                TunnelRig.at(target));
        LoggedService service = new LoggedService(
                "tunnel", false, 6, ConnectionId.SEQUENTIAL, asked == null ? Asked.NOTHING : asked, null, 1);
        String[] options = asked == null ? new String[0] : new String[] {"CAfile = " + ca, "verifyChain = yes"};
        List<String> ours = ours(config, service, play);
        try (StunnelPeer stunnel = StunnelPeer.server(SERVER, "127.0.0.1:" + target, options)) {
            compare(ours, theirs(stunnel, play));
        }
    }

    private void asClient(Asked asked, int target, Play play) throws Exception {
        Path ca = CA.writeTo(directory);
        ConnectTls tls = new ConnectTls(new ServerTrust.Authority(ca), "server.test", null, TlsSettings.DEFAULT);
        LoggedService service = new LoggedService("tunnel", true, 6, ConnectionId.SEQUENTIAL, asked, "server.test", 1);
        List<String> ours = ours(TunnelRig.client("tunnel", tls, target), service, play);
        try (StunnelPeer stunnel = StunnelPeer.client(
                SERVER,
                "127.0.0.1:" + target,
                "CAfile = " + ca,
                "verifyChain = yes",
                "checkHost = server.test",
                "sni = server.test")) {
            compare(ours, theirs(stunnel, play));
        }
    }

    private static List<String> ours(TunnelConfig config, LoggedService service, Play play) throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        StunnelEvents events = new StunnelEvents(
                (level, id, text) -> lines.add("DATE TIME LOG" + level + "[" + id + "]: " + text),
                name -> service,
                new Random(1));
        try (TunnelRig rig = new TunnelRig(StatusChecks.NONE, events)) {
            rig.run(config);
            play.at(rig.port("tunnel"));
            return ended(() -> lines.stream());
        }
    }

    private static List<String> theirs(StunnelPeer stunnel, Play play) throws Exception {
        play.at(stunnel.port());
        return ended(() -> stunnel.log().lines());
    }

    private static List<String> ended(Supplier<Stream<String>> lines) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> lines.get()
                .anyMatch(line -> line.contains(" byte(s) sent to TLS, ")));
        return lines.get()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(m -> comparable(m.group(1) + m.group(2)))
                .toList();
    }

    /** Without ports, OpenSSL's places in its code, and the choice of a cipher, which is another for each. */
    private static String comparable(String line) {
        return line.replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT")
                .replaceAll("\\.\\./\\S+: error:\\w+:SSL routines::", "")
                .replaceAll("ciphersuite: .*", "ciphersuite: ...")
                .replaceAll("PID=\\d+", "PID=...")
                .replace("(read hangup)", "(readsocket)");
    }

    private static void compare(List<String> ours, List<String> theirs) {
        assertThat(ours)
                .isEqualTo(theirs.stream()
                        .filter(line -> !ONLY_STUNNELS.matcher(line).matches())
                        .toList());
    }

    // ---- what happens

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientOfAServerComesAndGoes(String version) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelLinesTest::echo)) {
            asServer(null, target.port(), port -> talk(Peer.tls(port, JdkTls.anonymous(), version)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientWithACertificateComesAndGoes(String version) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelLinesTest::echo)) {
            asServer(CHAIN, target.port(), port -> talk(Peer.tls(port, JdkTls.showing(WORKER), version)));
        }
    }

    /** Not the JDK, which shows no certificate where it is told that it will be refused. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsCommand("openssl")
    void clientOfAnotherAuthorityIsRefused(String version) throws Exception {
        KeyFiles files = STRANGER.writeTo(directory, "stranger");
        asServer(CHAIN, Ports.free(), port -> {
            seesAlert(
                    port,
                    "alert unknown ca",
                    version,
                    "-cert",
                    files.certificate().toString(),
                    "-key",
                    files.key().toString());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientWithoutACertificateIsRefused(String version) throws Exception {
        asServer(CHAIN, Ports.free(), port -> intrude(port, JdkTls.anonymous(), version));
    }

    @Test
    void clientWithoutTlsIsRefused() throws Exception {
        asServer(null, Ports.free(), port -> Peer.endAfterSending(port, "PING\r\nPING\r\n", Duration.ofSeconds(10)));
    }

    @Test
    void clientThatLeavesInTheHandshakeIsTold() throws Exception {
        asServer(null, Ports.free(), port -> Peer.plain(port).close());
    }

    @Test
    void serversTargetIsDown() throws Exception {
        asServer(null, Ports.free(), port -> intrude(port, JdkTls.anonymous(), "TLSv1.3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientReachesItsServer(String version) throws Exception {
        try (ScriptedServer server = ScriptedServer.tls(JdkTls.showing(SERVER), StunnelLinesTest::echo, version)) {
            asClient(HOST, server.port(), port -> talk(Peer.plain(port)));
        }
    }

    @Test
    void clientRefusesAnExpiredServer() throws Exception {
        clientRefuses(CA.leaf("server.test").expired().issue());
    }

    @Test
    void clientRefusesAServerOfAnotherName() throws Exception {
        clientRefuses(CA.issue("other.test"));
    }

    @Test
    void clientRefusesAServerBehindAnUnknownIntermediate() throws Exception {
        clientRefuses(TestCertificates.authority("other CA")
                .intermediate("between CA")
                .issue("server.test"));
    }

    @Test
    void clientRefusesASelfSignedServer() throws Exception {
        clientRefuses(TestCertificates.selfSigned("server.test"));
    }

    private void clientRefuses(TestCertificate shown) throws Exception {
        try (ScriptedServer server = ScriptedServer.tls(JdkTls.showing(shown), peer -> {})) {
            asClient(HOST, server.port(), port -> Peer.endAfterSending(port, "hello", Duration.ofSeconds(10)));
        }
    }

    @Test
    void clientReachesAServerBehindAnIntermediate() throws Exception {
        TestCertificate server = CA.intermediate("between CA").issue("server.test");
        try (ScriptedServer target = ScriptedServer.tls(JdkTls.showing(server), StunnelLinesTest::echo)) {
            asClient(HOST, target.port(), port -> talk(Peer.plain(port)));
        }
    }

    @Test
    @NeedsCommand("openssl")
    void serverRefusesAnExpiredClient() throws Exception {
        KeyFiles files = CA.leaf("client.test").expired().issue().writeTo(directory, "expired");
        asServer(CHAIN, Ports.free(), port -> seesAlert(port, "certificate expired", shown(files)));
    }

    /** With TLS 1.3 OpenSSL sends the alert before it encrypts. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsCommand("openssl")
    void clientThatDoesNotTrustTheServerIsTold(String version) throws Exception {
        asServer(null, Ports.free(), port -> seesAlert(port, "verify failed", version, "-verify_return_error"));
    }

    // ---- programs

    private void program(List<String> command, Play play) throws Exception {
        TunnelConfig config = TunnelRig.server(
                "tunnel", acceptTls(new Access.Anyone()), new Address.Program(command, Map.of(), true));
        LoggedService service = new LoggedService("tunnel", false, 6, ConnectionId.SEQUENTIAL, Asked.NOTHING, null, 1);
        List<String> ours = ours(config, service, play);
        try (StunnelPeer stunnel =
                StunnelPeer.program(SERVER, command.get(0), "execArgs = " + String.join(" ", command))) {
            compare(ours, theirs(stunnel, play));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientOfAProgramComesAndGoes(String version) throws Exception {
        program(List.of("/bin/cat"), port -> talk(Peer.tls(port, JdkTls.anonymous(), version)));
    }

    @Test
    void programEndsFirst() throws Exception {
        program(List.of("/bin/echo", "bye"), port -> {
            try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                peer.receiveAll();
                peer.finish();
            }
        });
    }

    // ---- silence, which the real one measures in whole seconds

    private static Timeouts after(Duration handshake, Duration halfClose, Duration idle) {
        Timeouts d = Timeouts.DEFAULT;
        return new Timeouts(handshake, d.connect(), halfClose, idle, d.reset(), d.keepAlive(), d.unacknowledged());
    }

    private void silent(Timeouts timeouts, String option, int target, Play play) throws Exception {
        TunnelConfig base = TunnelRig.server("tunnel", acceptTls(new Access.Anyone()), TunnelRig.at(target));
        TunnelConfig config = new TunnelConfig(base.name(), base.accept(), base.connect(), base.limits(), timeouts);
        LoggedService service = new LoggedService("tunnel", false, 6, ConnectionId.SEQUENTIAL, Asked.NOTHING, null, 1);
        List<String> ours = ours(config, service, play);
        try (StunnelPeer stunnel = StunnelPeer.server(SERVER, "127.0.0.1:" + target, option)) {
            compare(ours, theirs(stunnel, play));
        }
    }

    @Test
    void clientThatSaysNothingIsGivenUp() throws Exception {
        Timeouts timeouts = after(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO);
        silent(timeouts, "TIMEOUTbusy = 1", Ports.free(), port -> {
            try (Peer peer = Peer.plain(port)) {
                peer.awaitEnd(Duration.ofSeconds(20));
            }
        });
    }

    @Test
    void connectionThatIsIdleIsCut() throws Exception {
        Timeouts timeouts = after(Duration.ofSeconds(10), Duration.ZERO, Duration.ofSeconds(1));
        try (ScriptedServer target = ScriptedServer.plain(peer -> peer.awaitEnd(Duration.ofSeconds(20)))) {
            silent(timeouts, "TIMEOUTidle = 1", target.port(), port -> {
                try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                    peer.awaitEnd(Duration.ofSeconds(20));
                }
            });
        }
    }

    @Test
    void halfClosedConnectionIsGivenUpWhenTheOtherSideIsSilent() throws Exception {
        Timeouts timeouts = after(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ZERO);
        CountDownLatch deserted = new CountDownLatch(2);
        try (ScriptedServer target = ScriptedServer.plain(peer -> {
            peer.receiveAll();
            awaitZero(deserted);
        })) {
            silent(timeouts, "TIMEOUTclose = 1", target.port(), port -> {
                try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                    peer.finish().awaitEnd(Duration.ofSeconds(20));
                }
                deserted.countDown();
            });
        }
    }

    private static void awaitZero(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void seesAlert(int port, String alert, String... options) throws IOException {
        try (OpenSslPeer client = OpenSslPeer.client(port, options)) {
            client.awaitLine(alert);
        }
    }

    private static String[] shown(KeyFiles files) {
        return new String[] {
            "-cert", files.certificate().toString(), "-key", files.key().toString()
        };
    }

    @Test
    void clientRefusesAServerOfAnotherAuthority() throws Exception {
        try (ScriptedServer server = ScriptedServer.tls(JdkTls.showing(STRANGER), peer -> {})) {
            asClient(HOST, server.port(), port -> Peer.endAfterSending(port, "hello", Duration.ofSeconds(10)));
        }
    }

    @Test
    void clientsServerIsDown() throws Exception {
        asClient(CHAIN, Ports.free(), port -> Peer.endAfterSending(port, "hello", Duration.ofSeconds(10)));
    }

    // ---- pre-shared keys

    private static LoggedService withKey(boolean client) {
        return new LoggedService(
                        "tunnel", client, 6, ConnectionId.SEQUENTIAL, Asked.NOTHING, client ? "server.test" : null, 1)
                .withIdentity(client ? PskTunnels.KEY.identity() : null);
    }

    /** A server with the key of alice, to which the real stunnel comes with this one. */
    private void asServerWithKey(String version, PreSharedKey clients, int target) throws Exception {
        Play play = port -> {
            try (StunnelPeer client = StunnelPeer.clientWithoutCertificate(
                    "127.0.0.1:" + port, "sslVersion = " + version, PskTunnels.secrets(directory, clients))) {
                if (clients.equals(PskTunnels.KEY)) {
                    talk(Peer.plain(client.port()));
                } else {
                    Peer.endAfterSending(client.port(), "hello", Duration.ofSeconds(20));
                }
            }
        };
        TunnelConfig config = PskTunnels.server(PskTunnels.only(version), target, PskTunnels.KEY);
        List<String> ours = ours(
                TunnelRig.server("tunnel", requireNonNull(config.accept().tls()), TunnelRig.at(target)),
                withKey(false),
                play);
        try (StunnelPeer stunnel = StunnelPeer.serverWithoutCertificate(
                "127.0.0.1:" + target, "sslVersion = " + version, PskTunnels.secrets(directory, PskTunnels.KEY))) {
            compare(ours, theirs(stunnel, play));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientWithAKeyComesAndGoes(String version) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelLinesTest::echo)) {
            asServerWithKey(version, PskTunnels.KEY, target.port());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientWithAnotherKeyIsRefused(String version) throws Exception {
        asServerWithKey(version, PskTunnels.OTHER_KEY, Ports.free());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientOfAnUnknownIdentityIsRefused(String version) throws Exception {
        asServerWithKey(version, PskTunnels.STRANGER, Ports.free());
    }

    /** A client with the key of alice, that comes to the real stunnel with this one. */
    private void asClientWithKey(String version, PreSharedKey servers, Play play) throws Exception {
        try (ScriptedServer target = ScriptedServer.plain(StunnelLinesTest::echo);
                StunnelPeer server = StunnelPeer.serverWithoutCertificate(
                        target.address(), "sslVersion = " + version, PskTunnels.secrets(directory, servers));
                StunnelPeer stunnel = StunnelPeer.clientWithoutCertificate(
                        server.address(),
                        "sslVersion = " + version,
                        "sni = server.test",
                        PskTunnels.secrets(directory, PskTunnels.KEY))) {
            ConnectTls tls = new ConnectTls(
                    new ServerTrust.PreShared(PskTunnels.KEY, PskTunnels.CIPHERS),
                    "server.test",
                    null,
                    PskTunnels.only(version));
            List<String> ours = ours(TunnelRig.client("tunnel", tls, server.port()), withKey(true), play);
            compare(ours, theirs(stunnel, play));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientWithAKeyReachesItsServer(String version) throws Exception {
        asClientWithKey(version, PskTunnels.KEY, port -> talk(Peer.plain(port)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void serverOfAnotherKeyDoesNotLetTheClientIn(String version) throws Exception {
        asClientWithKey(
                version, PskTunnels.OTHER_KEY, port -> Peer.endAfterSending(port, "hello", Duration.ofSeconds(20)));
    }
}
