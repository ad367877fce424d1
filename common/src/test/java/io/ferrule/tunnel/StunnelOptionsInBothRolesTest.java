package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.stunnel.Fate.Treatment;
import io.ferrule.stunnel.StunnelOption;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A section with an option, run by us and by the real stunnel, and the real stunnel at its other end: both write the same lines up to
 * level 6, in the same order, and the same bytes get through, or none.
 */
@Timeout(60)
@NeedsCommand({"stunnel4", "stunnel"})
class StunnelOptionsInBothRolesTest {
    private static final Pattern ONLY_STUNNELS =
            Pattern.compile("LOG6: (CERT: Pre-verification error ignored: .*|Certificate accepted at depth=1: .*"
                    + "|TLS fd: Connection reset by peer.*)");
    /** In place of a certificate. */
    private static final String NOBODY = ";\n";

    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");
    private static final TestCertificate SERVER = CA.leaf("server.test")
            .names("server.test", "127.0.0.1")
            .email("server@server.test")
            .issue();
    private static final TestCertificate CLIENT =
            CA.leaf("client.test").email("client@client.test").issue();
    private static final TestCertificate STRANGER =
            TestCertificates.authority("other CA").issue("client.test");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer target;

    @BeforeEach
    void open() throws IOException {
        target = ScriptedServer.plain(peer -> {
            peer.send(peer.receive(5).replace('h', 'H'));
            peer.receiveAll();
            peer.finish();
        });
        writeFiles();
    }

    @AfterEach
    void close() {
        target.close();
    }

    /**
     * One option, or some that belong together.
     *
     * @param lines of the section that is looked at
     * @param other lines of the one at its other end
     * @param passes whether bytes get through
     */
    record Row(String lines, String other, boolean passes) {
        /** The lines of ends are of level 5. */
        boolean counted() {
            return !lines.contains("debug = 4");
        }

        @Override
        public String toString() {
            return lines.replace('\n', '|') + (other.isEmpty() ? "" : " <> " + other.replace('\n', '|'));
        }
    }

    private static Row good(String lines, String other) {
        return new Row(lines, other, true);
    }

    private static Row good(String lines) {
        return good(lines, "");
    }

    private static Row bad(String lines, String other) {
        return new Row(lines, other, false);
    }

    /** Those that mean the same in either role. */
    private static Stream<Row> either() {
        return Stream.of(
                good("sslVersion = TLSv1.2"),
                good("sslVersion = TLSv1.3"),
                good("sslVersionMax = TLSv1.2"),
                good("sslVersionMin = TLSv1.3"),
                good("options = NO_TLSv1_3"),
                good("options = NO_TICKET"),
                good("options = NO_TLSv1_3\noptions = -NO_TLSv1_3", "sslVersion = TLSv1.3"),
                good("options = CIPHER_SERVER_PREFERENCE\noptions = NO_RENEGOTIATION\noptions = NO_COMPRESSION"),
                bad("sslVersion = TLSv1.2", "sslVersion = TLSv1.3"),
                bad("sslVersionMin = TLSv1.3", "sslVersionMax = TLSv1.2"),
                good("ciphers = ECDHE+AESGCM", "sslVersion = TLSv1.2"),
                bad("ciphers = ECDHE+CHACHA20", "sslVersion = TLSv1.2\nciphers = ECDHE+AESGCM"),
                good("ciphersuites = TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"),
                good("curves = P-256"),
                good("curve = P-384"),
                bad("curves = P-256", "curves = P-384"),
                good("config = MaxProtocol:TLSv1.2"),
                good("securityLevel = 3"),
                good("include = DIR/included"),
                good("renegotiation = no\nstack = 131072"),
                good("reset = no"),
                good("logId = process"),
                good("logId = unique"),
                good("debug = 5"),
                good("delay = yes"),
                good("local = 127.0.0.1"),
                good("service = other"),
                good("sessionCacheSize = 10\nsessionCacheTimeout = 10"),
                good("session = 10\nsessionResume = no"),
                good("TIMEOUTbusy = 10\nTIMEOUTclose = 10\nTIMEOUTconnect = 10\nTIMEOUTidle = 10"),
                good("socket = l:TCP_NODELAY=0\nsocket = r:SO_KEEPALIVE=1\nsocket = a:SO_REUSEADDR=1"),
                good("socket = r:SO_LINGER=1:5\nsocket = l:SO_SNDBUF=65536\nsocket = a:SO_RCVBUF=65536"),
                good("socket = r:TCP_KEEPIDLE=60\nsocket = r:TCP_KEEPINTVL=10\nsocket = r:TCP_KEEPCNT=3"),
                good("PSKsecrets = DIR/psk\nsslVersion = TLSv1.2", NOBODY + "PSKsecrets = DIR/psk"),
                good("PSKsecrets = DIR/psk\nsslVersion = TLSv1.3", NOBODY + "PSKsecrets = DIR/psk"),
                good("verify = 0"),
                good("verifyChain = yes\nCAfile = DIR/ca.crt"),
                good("verifyChain = yes\nCAfile = DIR/ca.crt\nCRLfile = DIR/good.crl"),
                bad("verifyChain = yes\nCAfile = DIR/ca.crt\nCRLfile = DIR/bad.crl"),
                good("verifyChain = yes\nCApath = DIR/hashed"),
                good("verifyChain = yes\nCAfile = DIR/ca.crt\nCRLpath = DIR/hashed"),
                bad("verifyChain = yes\nCAfile = DIR/other.crt"),
                good("verifyPeer = yes\nCAfile = DIR/peers.crt"),
                bad("verifyPeer = yes\nCAfile = DIR/other.crt"),
                good("verify = 3\nCAfile = DIR/peers.crt"),
                good("requireCert = yes\nverifyChain = yes\nCAfile = DIR/ca.crt"),
                good("verifyChain = yes\nCAfile = DIR/ca.crt\ncheckHost = PEER.test"),
                bad("verifyChain = yes\nCAfile = DIR/ca.crt\ncheckHost = nobody.test"),
                good("verifyChain = yes\nCAfile = DIR/ca.crt\ncheckHost = nobody.test\ncheckHost = PEER.test"),
                good("verifyChain = yes\nCAfile = DIR/ca.crt\ncheckEmail = PEER@PEER.test"),
                bad("verifyChain = yes\nCAfile = DIR/ca.crt\ncheckEmail = nobody@PEER.test"),
                bad("verifyChain = yes\nCAfile = DIR/ca.crt\ncheckIP = 192.0.2.1"));
    }

    private static Row bad(String lines) {
        return bad(lines, "");
    }

    private static Stream<Row> ofServers() {
        return Stream.concat(
                either(),
                Stream.of(
                        good("connect = 127.0.0.1:FREE\nfailover = prio"),
                        bad("verify = 2\nCAfile = DIR/ca.crt", "cert = DIR/stranger.pem"),
                        good("verify = 1\nCAfile = DIR/ca.crt", NOBODY),
                        bad("verify = 2\nCAfile = DIR/ca.crt", NOBODY),
                        good("ticketKeySecret = 00112233445566778899aabbccddeeff\n"
                                + "ticketMacSecret = 00112233445566778899aabbccddeeff"),
                        good("accept = 127.0.0.1:FREE")));
    }

    private static Stream<Row> ofClients() {
        return Stream.concat(
                either(),
                Stream.of(
                        good("sni = server.test"),
                        good("sni ="),
                        good("verifyChain = yes\nCAfile = DIR/ca.crt\ncheckIP = 127.0.0.1"),
                        bad("cert = DIR/stranger.pem", "sslVersion = TLSv1.2\nverify = 2\nCAfile = DIR/ca.crt"),
                        bad(NOBODY, "sslVersion = TLSv1.2\nverify = 2\nCAfile = DIR/ca.crt"),
                        good("protocolHost = server.test"),
                        good("protocolHost = server.test:1"),
                        good("PSKsecrets = DIR/psk\nPSKidentity = alice", NOBODY + "PSKsecrets = DIR/psk"),
                        good("accept = 127.0.0.1:FREE")));
    }

    // ---- files

    private void write(String name, String text) {
        TestCertificate.write(directory.resolve(name), text);
    }

    private void writeFiles() throws IOException {
        CA.writeTo(directory);
        SERVER.writeJoinedTo(directory, "server");
        CLIENT.writeJoinedTo(directory, "client");
        STRANGER.writeJoinedTo(directory, "stranger");
        write("other.crt", STRANGER.chainPem());
        write(
                "peers.crt",
                CA.pem() + TestCertificate.pem(SERVER.certificate()) + TestCertificate.pem(CLIENT.certificate()));
        write("good.crl", TestCrl.of(CA).pem());
        write(
                "bad.crl",
                TestCrl.of(CA)
                        .revoking(SERVER.certificate(), CLIENT.certificate())
                        .pem());
        write("psk", "alice:000102030405060708090a0b0c0d0e0f\n");
        Files.createDirectory(directory.resolve("included"));
        write("included/10.conf", "options = NO_TLSv1_3\n");
        Files.createDirectory(directory.resolve("hashed"));
        write("hashed/ca.pem", CA.pem());
        write("hashed/good.crl", TestCrl.of(CA).pem());
        CommandResult.of("openssl", "rehash", directory.resolve("hashed").toString())
                .orFail();
    }

    /** The lines, with what their words in capitals stand for. */
    private String lines(String text, String peer) {
        return text.replace("DIR", directory.toString())
                .replace("PEER", peer)
                .replace("TARGET", target.address())
                .replace("FREE", String.valueOf(Ports.free()));
    }

    /** Of a section that has a certificate of its own, unless it has another, or is nobody. */
    private String section(String lines, String name, String peer) {
        String own = lines.contains("cert =") || lines.startsWith(NOBODY) ? "" : "cert = DIR/" + name + ".pem\n";
        return lines(own + lines.replace(NOBODY, ""), peer) + "\n";
    }

    // ---- both roles

    /** What comes back through a plaintext port, or nothing. */
    private static String answer(int port) {
        try (Peer peer = Peer.plain(port)) {
            peer.timeout(Duration.ofSeconds(10)).send("hello").finish();
            return new String(peer.in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException refused) {
            return "";
        }
    }

    /**
     * Not the several lines that OpenSSL's callbacks make of one certificate, nor what depends on which end is faster. Of a server that
     * refuses us we do not tell what its certificate was.
     */
    private static List<String> comparable(List<String> lines, Row row) {
        List<String> left = new ArrayList<>();
        for (String line : lines) {
            boolean again =
                    line.equals("LOG6: Certificate verification disabled") && (!row.passes() || left.contains(line));
            if (!again && !ONLY_STUNNELS.matcher(line).matches()) {
                left.add(line.replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT"));
            }
        }
        return left;
    }

    private void assertSame(Row row, String conf, StunnelTwins.Play play, List<String> answers) throws Exception {
        StunnelTwins.Lines lines = new StunnelTwins(directory).run(conf, row.counted() ? 1 : 0, play);
        String answer = row.passes() ? "Hello" : "";
        assertThat(answers).as("\n" + lines).containsExactly(answer, answer);
        new StunnelTwins.Lines(comparable(lines.ours(), row), comparable(lines.theirs(), row)).areTheSame();
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @MethodSource("ofServers")
    void aServerDoesWithTheOptionWhatTheRealOneDoes(Row row) throws Exception {
        String conf =
                lines("[tunnel]\naccept = ACCEPT\nconnect = TARGET\n", "") + section(row.lines(), "server", "client");
        List<String> answers = new ArrayList<>();
        assertSame(
                row,
                conf,
                port -> {
                    try (StunnelPeer client = StunnelPeer.clientWithoutCertificate(
                            "127.0.0.1:" + port, section(row.other(), "client", "server"))) {
                        answers.add(answer(client.port()));
                    }
                },
                answers);
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @MethodSource("ofClients")
    void aClientDoesWithTheOptionWhatTheRealOneDoes(Row row) throws Exception {
        List<String> answers = new ArrayList<>();
        try (StunnelPeer server =
                StunnelPeer.serverWithoutCertificate(target.address(), section(row.other(), "server", "client"))) {
            String conf = "[tunnel]\nclient = yes\naccept = ACCEPT\nconnect = " + server.address() + "\n"
                    + section(row.lines(), "client", "server");
            assertSame(row, conf, port -> answers.add(answer(port)), answers);
        }
    }

    // ---- every option

    /** Those with a test of their own, where the real stunnel is at the other end or does the same. */
    private static final Set<String> ELSEWHERE = Set.of(
            "CAengine",
            "CAstore",
            "engineId",
            "engineNum", // of keys in a token
            "exec",
            "execArgs",
            "retry", // StunnelExecTest
            "ident",
            "libwrap",
            "OCSP",
            "OCSPaia",
            "OCSPflag",
            "OCSPnonce",
            "OCSPrequire",
            "TIMEOUTocsp", // StunnelStatusTest
            "protocol",
            "protocolAuthentication",
            "protocolDomain",
            "protocolHeader",
            "protocolPassword",
            "protocolUsername", // NegotiationTranscriptTest, StunnelProxiesTest
            "redirect", // StunnelRedirectTest
            "setuid",
            "setgid",
            "transparent"); // StunnelSocketsTest

    @Test
    void everyOptionThatCountsIsLookedAtHereOrInATestOfItsOwn() {
        Set<String> here = Stream.concat(ofServers(), ofClients())
                .flatMap(row -> (row.lines() + "\naccept =\nconnect =\nclient =\nkey =").lines())
                .map(line -> line.split(" =", 2)[0].toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        assertThat(StunnelOption.all().stream()
                        .filter(option -> option.scope() == StunnelOption.Scope.SERVICE)
                        .filter(option -> option.usual().treatment() != Treatment.REFUSED)
                        .map(StunnelOption::name)
                        .filter(name -> !ELSEWHERE.contains(name) && !here.contains(name.toLowerCase(Locale.ROOT))))
                .isEmpty();
    }
}
