package io.ferrule.tunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.AcceptProxy;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.Limits;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.observe.Printable;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code protocol = proxy}, {@code connect} and {@code socks}: the same is said to us and to the real stunnel, both answer alike, byte
 * by byte, and write the same lines.
 */
@Timeout(120)
@NeedsCommand({"stunnel4", "stunnel"})
class StunnelProxiesTest {
    private static final TestCertificate OWN = TestCertificates.selfSigned("own.test");
    private static final String PAGE = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private String server(String... lines) {
        KeyFiles files = OWN.writeTo(directory, "own");
        return "[tunnel]\naccept = ACCEPT\ncert = %s\nkey = %s\n".formatted(files.certificate(), files.key())
                + String.join("\n", lines) + "\n";
    }

    private String client(String... lines) {
        return "[tunnel]\nclient = yes\naccept = ACCEPT\nsni = own.test\nverifyPeer = yes\nCAfile = %s\n"
                        .formatted(OWN.writeTo(directory, "own").certificate())
                + String.join("\n", lines) + "\n";
    }

    /** Says hello and keeps what it is told. */
    private ScriptedServer target() throws IOException {
        return ScriptedServer.plain(this::greet);
    }

    private void greet(Peer peer) throws IOException {
        peer.send("hello");
        received.add(new String(peer.in().readAllBytes(), ISO_8859_1));
        peer.finish();
    }

    private String atTarget() throws InterruptedException {
        return String.valueOf(received.poll(20, TimeUnit.SECONDS));
    }

    /** Reads the target's word, says one, and leaves. */
    private static void talk(Peer peer) throws IOException {
        assertThat(peer.receive(5)).isEqualTo("hello");
        peer.send("bytes").finish();
        peer.receiveAll();
    }

    // ---- proxy

    @Test
    void targetIsToldTheClientsAddress() throws Exception {
        try (ScriptedServer target = target()) {
            new StunnelTwins(directory)
                    .run(server("protocol = proxy", "connect = " + target.address()), 1, port -> {
                        try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                            seen.add("PROXY TCP4 127.0.0.1 127.0.0.1 " + peer.localPort() + " " + port + "\r\nbytes");
                            talk(peer);
                        }
                    })
                    .areTheSame();
        }
        assertThat(List.of(atTarget(), atTarget())).isEqualTo(seen);
    }

    @Test
    void headerOfTheRealStunnelIsBelieved() throws Exception {
        try (ScriptedServer target = target();
                TunnelRig rig = new TunnelRig()) {
            rig.run(new TunnelConfig(
                    "t",
                    new AcceptLeg(
                            TunnelRig.at(0),
                            new AcceptTls(
                                    KeySources.of(OWN.writeTo(directory)), new Access.Anyone(), TlsSettings.DEFAULT),
                            AcceptProxy.ANYONE),
                    new ConnectLeg(TunnelRig.at(target.port()), null),
                    Limits.DEFAULT,
                    Timeouts.DEFAULT));
            try (StunnelPeer stunnel = StunnelPeer.server(OWN, "127.0.0.1:" + rig.port("t"), "protocol = proxy");
                    Peer outer = Peer.tls(stunnel.port(), JdkTls.anonymous());
                    Peer inner = outer.startTls(JdkTls.anonymous())) {
                talk(inner);
                assertThat(Printable.address(rig.next().facts().client())).isEqualTo("127.0.0.1:" + outer.localPort());
            }
        }
    }

    // ---- connect

    @Test
    void clientSaysBeforeTlsWhereItWantsToGo() throws Exception {
        try (ScriptedServer target = target()) {
            new StunnelTwins(directory)
                    .run(server("protocol = connect", "connect = 127.0.0.1:1"), 1, port -> {
                        try (Peer plain = Peer.plain(port)) {
                            plain.send("connect " + target.address() + " HTTP/1.1\r\nHost: x\r\n\r\n");
                            seen.add(lines(plain));
                            talk(plain.startTls(JdkTls.anonymous()));
                        }
                    })
                    .areTheSame();
        }
        assertThat(seen).containsOnly("HTTP/1.0 200 OK|Server: stunnel/5.68|").hasSize(2);
        assertThat(List.of(atTarget(), atTarget())).containsOnly("bytes");
    }

    private static String lines(Peer peer) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
            all.append(line).append('|');
        }
        return all.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1, 400 Bad Request Method",
        "CONNECT 127.0.0.1:1, 400 Bad Request Protocol",
        "CONNECT 127.0.0.1:1 FTP/1, 400 Bad Request Protocol",
        "CONNECT nohost.invalid:80 HTTP/1.1, 404 Not Found",
    })
    void clientThatAsksForNothingThatThereIsIsRefused(String request, String status) throws Exception {
        new StunnelTwins(directory)
                .run(server("protocol = connect", "connect = 127.0.0.1:1"), 1, port -> {
                    try (Peer plain = Peer.plain(port)) {
                        plain.send(request + "\r\n" + (request.contains("invalid") ? "\r\n" : ""));
                        seen.add(lines(plain));
                        assertThat(plain.awaitEnd(LONG)).isEqualTo(Peer.End.RESET);
                    }
                })
                .areTheSame();
        assertThat(seen)
                .containsOnly("HTTP/1.0 " + status + "|Server: stunnel/5.68|")
                .hasSize(2);
    }

    @Test
    void socketOfThisMachineIsNoTargetOfAClient() throws Exception {
        new StunnelTwins(directory).ours(server("protocol = connect", "connect = 127.0.0.1:1"), 1, port -> {
            try (Peer plain = Peer.plain(port)) {
                plain.send("CONNECT /run/docker.sock HTTP/1.0\r\n\r\n");
                assertThat(lines(plain)).startsWith("HTTP/1.0 404 Not Found|");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 fine", "HTTP/1.0 299 ok", "HTTP/1.1 407 who are you"})
    void proxyIsAskedForTheWay(String status) throws Exception {
        boolean accepted = status.contains(" 2");
        try (ScriptedServer proxy = ScriptedServer.plain(peer -> {
            seen.add(lines(peer));
            peer.send(status + "\r\nHeader: x\r\n\r\n");
            if (accepted) {
                greet(peer.acceptTls(JdkTls.showing(OWN)));
            } else {
                peer.awaitEnd(LONG);
            }
        })) {
            StunnelTwins.Lines lines = new StunnelTwins(directory)
                    .run(
                            client(
                                    "protocol = connect",
                                    "protocolHost = own.test:443",
                                    "protocolUsername = joe",
                                    "protocolPassword = swordfish",
                                    "connect = " + proxy.address()),
                            1,
                            port -> {
                                try (Peer peer = Peer.plain(port)) {
                                    if (accepted) {
                                        talk(peer);
                                    } else {
                                        assertThat(peer.awaitEnd(LONG)).isEqualTo(Peer.End.RESET);
                                    }
                                }
                            });
            lines.areTheSame();
            assertThat(lines.ours().toString()).doesNotContain("swordfish", "am9lOnN3b3JkZmlzaA==");
        }
        assertThat(seen)
                .containsOnly("CONNECT own.test:443 HTTP/1.1|Host: own.test:443"
                        + "|Proxy-Authorization: basic am9lOnN3b3JkZmlzaA==|")
                .hasSize(2);
    }

    /** CHALLENGE_MESSAGE with this challenge. */
    private static String challenge(String hex) {
        return Base64.getEncoder()
                .encodeToString(HexFormat.of()
                        .parseHex("4e544c4d53535000020000000000000030000000020200" + "00" + hex + "0000000000000000"));
    }

    private void ntlm(String username, String answer, boolean challenged, boolean accepted) throws Exception {
        try (ScriptedServer proxy = ScriptedServer.plain(peer -> {
            seen.add(lines(peer));
            peer.send(answer);
            if (challenged) {
                seen.add(lines(peer));
                peer.send("HTTP/1.1 200 fine\r\n\r\n");
                greet(peer.acceptTls(JdkTls.showing(OWN)));
            } else {
                peer.awaitEnd(LONG);
            }
        })) {
            StunnelTwins.Lines lines = new StunnelTwins(directory)
                    .run(
                            client(
                                    "protocol = connect",
                                    "protocolAuthentication = NTLM",
                                    "protocolHost = own.test:443",
                                    "protocolDomain = fish",
                                    "protocolUsername = " + username,
                                    "protocolPassword = sw\u00f6rdfish",
                                    "connect = " + proxy.address()),
                            1,
                            port -> {
                                try (Peer peer = Peer.plain(port)) {
                                    if (accepted) {
                                        talk(peer);
                                    } else {
                                        assertThat(peer.awaitEnd(LONG)).isEqualTo(Peer.End.RESET);
                                    }
                                }
                            });
            lines.areTheSame();
        }
        List<String> theirs = seen.subList(seen.size() / 2, seen.size());
        assertThat(seen.subList(0, seen.size() / 2)).isEqualTo(theirs).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789abcdef", "ffffffffffffffff", "0000000000000000"})
    void challengeOfAProxyIsAnsweredAsStunnelDoes(String challenge) throws Exception {
        ntlm(
                "joe",
                "HTTP/1.1 407 who\r\nContent-Length: 9\r\nProxy-Authenticate: NTLM " + challenge(challenge)
                        + "\r\n\r\nsome page",
                true,
                true);
        assertThat(seen.get(1))
                .startsWith("CONNECT own.test:443 HTTP/1.1|Host: own.test:443|Proxy-Authorization: NTLM T");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 403 no\r\n\r\n",
                "HTTP/1.1 407 who\r\nProxy-Authenticate: Basic realm=x\r\n\r\n",
                "HTTP/1.1 407 who\r\nContent-Length: many\r\n\r\n",
                "HTTP/1.1 407 who\r\nContent-Length: -1\r\n\r\n"
            })
    void proxyThatDoesNotChallengeEndsTheConnection(String answer) throws Exception {
        ntlm("joe", answer, false, false);
    }

    @Test
    void aNameThatFitsIntoNoAnswerEndsTheConnection() throws Exception {
        String answer = "HTTP/1.1 407 who\r\nProxy-Authenticate: NTLM " + challenge("0123456789abcdef") + "\r\n\r\n";
        ntlm("j".repeat(60), answer, false, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%%%", "TlRMTVNTUAACAAAA"})
    void whatIsNoChallengeIsNotAnswered(String challenge) throws Exception {
        try (ScriptedServer proxy = ScriptedServer.plain(peer -> {
            lines(peer);
            peer.send("HTTP/1.1 407 who\r\nProxy-Authenticate: NTLM " + challenge + "\r\n\r\n");
            peer.awaitEnd(LONG);
        })) {
            List<String> lines = new StunnelTwins(directory)
                    .ours(
                            client(
                                    "protocol = connect",
                                    "protocolAuthentication = ntlm",
                                    "protocolHost = own.test:443",
                                    "protocolUsername = joe",
                                    "protocolPassword = swordfish",
                                    "connect = " + proxy.address()),
                            1,
                            port -> {
                                try (Peer peer = Peer.plain(port)) {
                                    peer.awaitEnd(LONG);
                                }
                            });
            assertThat(lines).contains("LOG3: Proxy-Authenticate: Failed to build NTLM response");
        }
    }

    @Test
    @NeedsCommand("tinyproxy")
    void tinyproxyLeadsTheWayToThoseItKnows() throws Exception {
        try (ScriptedServer target = ScriptedServer.tls(JdkTls.showing(OWN), this::greet)) {
            int port = Ports.free();
            Path file = Files.writeString(
                    directory.resolve("tinyproxy.conf"),
                    "Port %d\nListen 127.0.0.1\nTimeout 20\nLogLevel Info\nBasicAuth joe swordfish\nConnectPort %d\n"
                            .formatted(port, target.port()));
            try (Subprocess proxy =
                    Subprocess.start("tinyproxy", directory, List.of("tinyproxy", "-d", "-c", file.toString()))) {
                proxy.awaitLine("Starting main loop", LONG);
                String[] conf = {
                    "protocol = connect",
                    "protocolHost = 127.0.0.1:" + target.port(),
                    "protocolUsername = joe",
                    "protocolPassword = swordfish",
                    "connect = 127.0.0.1:" + port
                };
                new StunnelTwins(directory).ours(client(conf), 1, at -> {
                    try (Peer peer = Peer.plain(at)) {
                        assertThat(peer.receive(5)).isEqualTo("hello");
                        peer.send("bytes"); // tinyproxy knows no half-close
                    }
                });
                assertThat(atTarget()).isEqualTo("bytes");
                conf[3] = "protocolPassword = carp";
                List<String> lines = new StunnelTwins(directory).ours(client(conf), 1, at -> {
                    try (Peer peer = Peer.plain(at)) {
                        peer.awaitEnd(LONG);
                    }
                });
                assertThat(lines).contains("LOG3: CONNECT request rejected");
            }
        }
    }

    // ---- socks

    /** What the server answers, in hexadecimal, up to its end. */
    private StunnelTwins.Play asking(String hex) {
        return port -> {
            try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                peer.send(HexFormat.of().parseHex(hex.replace(" ", "")));
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                try {
                    peer.in().transferTo(all);
                    seen.add(HexFormat.of().formatHex(all.toByteArray()) + " fin");
                } catch (IOException e) {
                    seen.add(HexFormat.of().formatHex(all.toByteArray()) + " reset");
                }
            }
        };
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "04 01 0050 7f000001 00, IPv4 loopback",
        "04 01 0050 7f010203 6a6f6500, IPv4 loopback",
        "04 01 0050 00000001 00 6c6f63616c686f737400, loopback",
        "04 01 0050 00000001 00 6e6f686f73742e696e76616c696400, SOCKS4a failed to resolve",
        "04 02 0050 7f000001 00, Unsupported SOCKS4/SOCKS4a command 0x02",
        "04 f0 0050 00000001 00 3132372e302e302e3100, SOCKS4a/TOR resolved",
        "04 f0 0050 00000001 00 6e6f686f73742e696e76616c696400, SOCKS4a/TOR failed to resolve",
        "05 01 02, No supported SOCKS5 authentication method received",
        "05 00, No supported SOCKS5 authentication method received",
        "05 01 00 05 01 00 01 7f000001 0050, IPv4 loopback",
        "05 02 0200 05 01 00 04 00000000000000000000000000000001 0050, IPv6 loopback",
        "05 01 00 05 01 00 03 09 6c6f63616c686f7374 0050, loopback",
        "05 01 00 05 01 00 03 0e 6e6f686f73742e696e76616c6964 0050, SOCKS5 failed to resolve",
        "05 01 00 05 01 00 05, Unsupported SOCKS5 address type 0x05",
        "05 01 00 05 02 00 01, Unsupported SOCKS5 command 0x02",
        "05 01 00 05 02 00 04, Unsupported SOCKS5 command 0x02",
        "05 01 00 04 01 00 01, Invalid SOCKS5 message version 0x04",
        "05 01 00 05 f0 00 03 09 3132372e302e302e31 0000, SOCKS5/TOR resolved",
        "05 01 00 05 f0 00 03 0e 6e6f686f73742e696e76616c6964 0000, SOCKS5/TOR failed to resolve",
        "06, Unsupported SOCKS version 0x06",
        "47455420, Unsupported SOCKS version 0x47",
    })
    void clientThatIsNotLedAnywhereIsTold(String request, String line) throws Exception {
        StunnelTwins.Lines lines = new StunnelTwins(directory).run(server("protocol = socks"), 1, asking(request));
        assertThat(seen).hasSize(2);
        assertThat(seen.get(0)).isEqualTo(seen.get(1));
        assertThat(lines.ours()).anyMatch(each -> each.contains(line));
        lines.areTheSame();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05 01 00 05 01 00 01 00000000 0050",
                "05 01 00 05 01 00 04 00000000000000000000000000000000 0050",
                "05 01 00 05 01 00 04 00000000000000000000ffff7f000001 0050"
            })
    void thisMachineIsForbiddenInItsOtherFormsToo(String request) throws Exception {
        List<String> lines = new StunnelTwins(directory).ours(server("protocol = socks"), 1, asking(request));
        assertThat(lines).anyMatch(line -> line.endsWith("loopback rejected"));
        assertThat(seen).singleElement().asString().startsWith("05000502").endsWith("fin");
    }

    @Test
    void nameWithoutEndIsGivenUp() throws Exception {
        new StunnelTwins(directory)
                .ours(server("protocol = socks"), 1, asking("04 01 0050 08080808" + "61".repeat(300)));
        assertThat(seen).singleElement().asString().isEqualTo(" reset");
    }

    /** An address of this machine that is not the loopback. */
    private static InetAddress outer() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(ip -> ip instanceof Inet4Address && !ip.isLoopbackAddress())
                .findFirst()
                .orElseThrow(() -> LeftOut.skip("SOCKS to a target", "this machine has no address but the loopback"));
    }

    /** Serves one connection after the other there, until it is closed. */
    private ServerSocket listen(InetAddress at) throws IOException {
        ServerSocket place = new ServerSocket(0, 5, at);
        Thread thread = new Thread(() -> {
            while (true) {
                try (Socket socket = place.accept()) {
                    socket.getOutputStream().write(PAGE.getBytes(ISO_8859_1));
                    socket.getInputStream().readAllBytes();
                } catch (IOException closed) {
                    return;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return place;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "04 01 PORT IP 00",
                "04 01 PORT 00000001 00 NAME 00",
                "05 01 00 05 01 00 01 IP PORT",
                "05 01 00 05 01 00 03 LEN NAME PORT"
            })
    void clientIsLedToWhereItAsks(String request) throws Exception {
        InetAddress outer = outer();
        try (ServerSocket place = listen(outer)) {
            String name = outer.getHostAddress();
            String hex = request.replace("PORT", "%04x".formatted(place.getLocalPort()))
                    .replace("IP", HexFormat.of().formatHex(outer.getAddress()))
                    .replace("LEN", "%02x".formatted(name.length()))
                    .replace("NAME", ascii(name));
            StunnelTwins.Play play = port -> {
                try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                    peer.send(HexFormat.of().parseHex(hex.replace(" ", "")));
                    int answer = hex.startsWith("04") ? 8 : 2 + 10;
                    seen.add(HexFormat.of().formatHex(peer.in().readNBytes(answer + PAGE.length())));
                    peer.finish().receiveAll();
                }
            };
            new StunnelTwins(directory).run(server("protocol = socks"), 1, play).areTheSame();
        }
        assertThat(seen).hasSize(2);
        assertThat(seen.get(0)).isEqualTo(seen.get(1)).endsWith(ascii("hello"));
    }

    @Test
    @NeedsCommand("curl")
    void curlGoesThroughTheRealStunnelAndUs() throws Exception {
        InetAddress outer = outer();
        try (ServerSocket place = listen(outer)) {
            new StunnelTwins(directory).ours(server("protocol = socks"), 1, port -> {
                try (StunnelPeer stunnel = StunnelPeer.client(OWN, "127.0.0.1:" + port)) {
                    seen.add(curl(stunnel.port(), outer, place));
                }
            });
        }
        assertThat(seen).containsExactly("hello");
    }

    @Test
    @NeedsCommand("curl")
    void curlGoesThroughUsAndTheRealStunnel() throws Exception {
        InetAddress outer = outer();
        try (ServerSocket place = listen(outer)) {
            StunnelTwins twins = new StunnelTwins(directory);
            twins.theirs(
                    server("protocol = socks"),
                    1,
                    stunnel -> twins.ours(
                            client("connect = 127.0.0.1:" + stunnel), 1, port -> seen.add(curl(port, outer, place))));
        }
        assertThat(seen).containsExactly("hello");
    }

    private static String curl(int socks, InetAddress host, ServerSocket place) {
        return CommandResult.of(
                        "curl",
                        "-s",
                        "-m",
                        "20",
                        "--socks5-hostname",
                        "127.0.0.1:" + socks,
                        "http://" + host.getHostAddress() + ":" + place.getLocalPort() + "/")
                .output()
                .strip();
    }
}
