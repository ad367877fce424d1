package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OwnNetwork;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that the packet filter redirects are led to where they wanted to go, as by the real stunnel. Each program has the ports of a
 * network of its own, and the client's port there, which the packet filter knows it by.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@NeedsCommand("iptables")
class StunnelOriginalTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final Pattern LINE = Pattern.compile(".*LOG([0-6])\\[\\d+]: (.*)");

    private static final String TARGET = "192.0.2.1";
    private static final String CLIENT = "192.0.2.7";
    private static final String CLIENT_PORT = "1000";

    @TempDir
    Path directory;

    private final List<AutoCloseable> running = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private OwnNetwork network;

    @SuppressWarnings("NullAway.Init")
    private Subprocess target;

    @AfterEach
    void stop() throws Exception {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).close();
        }
        running.clear();
    }

    /** A network in which the client is led to port 7001 when it goes to port 7000 of the target. */
    private void network() {
        network = OwnNetwork.open(TARGET + "/32", CLIENT + "/32", "2001:db8::1/128", "2001:db8::7/128");
        running.add(network);
    }

    private void redirect() {
        redirect("iptables", TARGET);
        redirect("ip6tables", "2001:db8::1");
    }

    private void redirect(String program, String target) {
        network.run((program + " -t nat -A OUTPUT -p tcp -d " + target + " --dport 7000 --sport " + CLIENT_PORT
                        + " -j REDIRECT --to-ports 7001")
                .split(" "));
    }

    private Subprocess running(Subprocess process) {
        running.add(process);
        return process;
    }

    private Subprocess start(String... command) {
        return running(Subprocess.start(command[0], directory, network.command(command)));
    }

    private Subprocess stunnel(boolean ours, String name, String... lines) throws IOException {
        Path file = directory.resolve(name + ".conf");
        List<String> all = new ArrayList<>(List.of("foreground = yes", "syslog = no", "pid =", "debug = 6"));
        all.add("[" + name + "]");
        all.addAll(List.of(lines));
        Files.write(file, all);
        Subprocess process = ours
                ? running(StunnelProgram.start(directory, Map.of(), network.starter(), file.toString()))
                : start("stunnel", file.toString());
        process.awaitLine("Accepting new connections", LIMIT);
        return process;
    }

    private String certificate() throws IOException {
        return "cert = " + SERVER.writeJoinedTo(directory, "server").certificate();
    }

    /** What is told of the one connection, up to level 6. */
    private static List<String> connection(Subprocess process) {
        process.awaitLine("byte\\(s\\) sent to TLS", LIMIT);
        return process.lines().stream()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1) + m.group(2).replaceAll(":(?!7\\d{3}$)\\d{4,}", ":PORT"))
                .filter(
                        line -> !line.matches(
                                "3INTERNAL ERROR: Uninitialized client session cache|6(Session id|Certificate verification disabled|persistence|No peer cert|.*socket closed|SSL_|.*ciphersuite).*"))
                .toList();
    }

    private void tlsTarget(String address) throws IOException {
        certificate();
        target = start("openssl", "s_server", "-accept", address, "-cert", "server.pem", "-naccept", "1");
        target.awaitLine("ACCEPT", LIMIT);
    }

    private void plainTarget(String host) {
        target = start("nc", "-v", "-n", "-d", "-l", host, "7000");
        target.awaitLine("(?i)listening on", LIMIT);
    }

    private void plainClient(String from, String host, int port) throws IOException {
        say(start("nc", "-n", "-N", "-s", from, "-p", CLIENT_PORT, host, Integer.toString(port)));
    }

    private void tlsClient(String from, String to) throws IOException {
        say(start("openssl", "s_client", "-bind", from + ":" + CLIENT_PORT, "-connect", to));
    }

    private static void say(Subprocess client) {
        try (OutputStream out = client.stdin()) {
            out.write("hello\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException ended) {
            // It was refused so fast that it is gone; who should have got this waits for it, and tells.
        }
    }

    private List<String> ofServer(boolean ours, String transparent, String from, String to) throws IOException {
        network();
        redirect();
        plainTarget(to);
        Subprocess process = stunnel(ours, "s", accept(to), certificate(), "transparent = " + transparent);
        tlsClient(bracketed(from), bracketed(to) + ":7000");
        target.awaitLine("^hello$", LIMIT);
        return connection(process);
    }

    private List<String> ofClient(boolean ours, String transparent, String from, String to) throws IOException {
        network();
        redirect();
        tlsTarget(bracketed(to) + ":7000");
        Subprocess process = stunnel(ours, "c", "client = yes", accept(to), "transparent = " + transparent);
        plainClient(from, to, 7000);
        target.awaitLine("^hello$", LIMIT);
        return connection(process);
    }

    /** Where the packet filter leads clients of such an address; of a port alone stunnel takes the IPv4 one. */
    private static String accept(String host) {
        return "accept = " + (host.contains(":") ? ":::7001" : "0.0.0.0:7001");
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    @ParameterizedTest
    @CsvSource({
        "destination, 192.0.2.7, 192.0.2.1",
        "both, 192.0.2.7, 192.0.2.1",
        "destination, 2001:db8::7, 2001:db8::1"
    })
    void aServersClientIsLedToWhereItWantedToGo(String transparent, String from, String to) throws Exception {
        List<String> theirs = ofServer(false, transparent, from, to);
        assertThat(theirs).anyMatch(line -> line.contains("s_connect: connected " + to + ":7000"));
        stop();
        assertThat(ofServer(true, transparent, from, to)).isEqualTo(theirs);
        if (transparent.equals("both")) {
            target.awaitLine("(?i)connection received on " + from, LIMIT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "destination, 192.0.2.7, 192.0.2.1",
        "both, 192.0.2.7, 192.0.2.1",
        "destination, 2001:db8::7, 2001:db8::1"
    })
    void aClientsApplicationIsLedToWhereItWantedToGo(String transparent, String from, String to) throws Exception {
        List<String> theirs = ofClient(false, transparent, from, to);
        assertThat(theirs).anyMatch(line -> line.contains("s_connect: connected " + to + ":7000"));
        stop();
        assertThat(ofClient(true, transparent, from, to)).isEqualTo(theirs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void whereNothingIsRedirectedItIsToldAsByTheRealOne(String here) throws Exception {
        List<String> theirs = straight(false, here);
        assertThat(theirs).anyMatch(line -> line.startsWith("3getsockopt SO_ORIGINAL_DST: "));
        stop();
        assertThat(straight(true, here)).isEqualTo(theirs);
    }

    private List<String> straight(boolean ours, String here) throws IOException {
        network();
        Subprocess process = stunnel(ours, "c", "client = yes", accept(here), "transparent = destination");
        plainClient(here, here, 7001);
        return connection(process);
    }

    @Test
    void whoWasNotRedirectedIsNotLedBackToTheTunnel() throws Exception {
        network();
        redirect();
        Subprocess process = stunnel(true, "c", "client = yes", accept(TARGET), "transparent = destination");
        plainClient("127.0.0.1", "127.0.0.1", 7001);
        assertThat(connection(process))
                .contains(
                        "3SO_ORIGINAL_DST: the client was not redirected, it wanted to go to 127.0.0.1 port 7001 itself;"
                                + " have the packet filter redirect those who are to be led")
                .noneMatch(line -> line.contains("s_connect"));
    }

    // ---- SOCKS

    private List<String> throughSocks(boolean oursAsks, boolean oursServes, String from, String to) throws IOException {
        network();
        redirect();
        plainTarget(to);
        stunnel(oursServes, "server", "accept = 127.0.0.1:7002", certificate(), "protocol = socks");
        Subprocess asks = asking(oursAsks, to);
        plainClient(from, to, 7000);
        target.awaitLine("^hello$", LIMIT);
        return connection(asks);
    }

    private Subprocess asking(boolean ours, String to) throws IOException {
        return stunnel(ours, "c", "client = yes", accept(to), "connect = 127.0.0.1:7002", "protocol = socks");
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7, 192.0.2.1", "2001:db8::7, 2001:db8::1"})
    void aSocksServerIsAskedForWhereTheApplicationWantedToGo(String from, String to) throws Exception {
        List<String> theirs = throughSocks(false, true, from, to);
        assertThat(theirs).contains("6SOCKS5 request succeeded");
        stop();
        assertThat(throughSocks(true, false, from, to)).isEqualTo(theirs);
    }

    private List<String> throughDanted(boolean ours, String rule) throws IOException {
        network();
        redirect();
        plainTarget(TARGET);
        Path file = Files.write(
                directory.resolve("danted.conf"),
                List.of(
                        "logoutput: stderr",
                        "internal: 127.0.0.1 port = 7003",
                        "external: 192.0.2.1",
                        "clientmethod: none",
                        "socksmethod: none",
                        "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }",
                        "socks " + rule + " { from: 0.0.0.0/0 to: 0.0.0.0/0 }"));
        start("danted", "-f", file.toString()).awaitLine("running", LIMIT);
        stunnel(false, "server", "accept = 127.0.0.1:7002", certificate(), "connect = 127.0.0.1:7003");
        Subprocess process = asking(ours, TARGET);
        plainClient(CLIENT, TARGET, 7000);
        return connection(process);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pass", "block"})
    @NeedsCommand("danted")
    void anyOtherSocksServerLeadsAndRefusesToo(String rule) throws Exception {
        List<String> theirs = throughDanted(false, rule);
        stop();
        assertThat(throughDanted(true, rule)).isEqualTo(theirs);
        if (rule.equals("pass")) {
            target.awaitLine("^hello$", LIMIT);
        } else {
            assertThat(theirs).contains("3SOCKS5 request failed: Connection not allowed by ruleset");
        }
    }

    @Test
    void aSocksClientDoesNotAskForAPlaceThatNobodyWantedToGoTo() throws Exception {
        network();
        stunnel(true, "server", "accept = 127.0.0.1:7002", certificate(), "protocol = socks");
        Subprocess asks = asking(true, TARGET);
        plainClient("127.0.0.1", "127.0.0.1", 7001);
        assertThat(connection(asks))
                .anyMatch(line -> line.startsWith("3getsockopt SO_ORIGINAL_DST: "))
                .contains("5Connection closed: 0 byte(s) sent to TLS, 0 byte(s) sent to socket");
    }
}
