package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.Address;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.net.PassedSockets;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Manual;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is explained is what happens. */
@Timeout(60)
class ExplainTest {
    private static final TestCertificate KNOWN = TestCertificates.selfSigned("known");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private ScriptedServer target;

    @BeforeEach
    void listen() throws IOException {
        target = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()));
    }

    @AfterEach
    void close() throws Exception {
        target.close();
    }

    @Test
    void serverOfAnybodyIsToldFromTopToBottom() throws Exception {
        assertThat(explain(Role.SERVER, Map.of("access", "anyone")))
                .isEqualTo(
                        """
                        tunnel default: TLS 1.2 and 1.3 on 0.0.0.0:46379, plaintext to 127.0.0.1:6379

                        Who may connect
                          - Anyone who reaches 0.0.0.0:46379; no certificate is asked for.

                        What travels in plaintext
                          - What is forwarded, between this program and 127.0.0.1:6379. It stays on this machine.
                          - Nothing else: between clients and this program all is inside TLS, except what everybody on the
                            way can read: the server name that a client asks for, and with TLS 1.2 the certificates.

                        How TLS is spoken with clients
                          - TLS 1.2 and 1.3.
                          - Key agreement holds against quantum computers (X25519MLKEM768) with every peer that has it too.

                        How their sessions are continued
                          - By tickets, for at most 12h; whoever continues one is judged again, by the rules of then.
                          - The keys of tickets are this process's own: another one, or the next start, makes whole
                            handshakes.

                        What is shown to them
                          - A certificate that is made at the first start; its pin is logged then.

                        What would be refused
                          - A client that speaks only TLS 1.1 or older: refused, no_common_version.
                          - A client that speaks plain Redis or HTTP: refused, not_tls.
                          - More than 10000 connections at once: refused, too_many_connections.
                          - More than 1000 handshakes of clients at once: refused, too_many_handshakes.

                        Unsafe choices
                          - None.

                        What ends next
                          - Nothing that is known.
                        """);
        assertThat(directory).as("a command that starts nothing").isEmptyDirectory();
    }

    @Test
    void clientIsToldWithItsServerAndItsOwnCertificate() {
        KeyFiles own = KNOWN.writeTo(directory);
        String text = explain(
                Role.CLIENT,
                Map.of(
                        "target", "redis.example:46379",
                        "pin", TestCertificates.selfSigned("server").pin().toString(),
                        "certificate", own.certificate().toString(),
                        "key", own.key().toString(),
                        "tls-min-version", "1.3"));
        assertThat(text)
                .startsWith("tunnel default: plaintext on 127.0.0.1:56379, TLS 1.3 to redis.example:46379\n")
                .contains("  - Every user and program of this machine; nobody is asked who they are.\n")
                .contains("What the server at redis.example:46379 is known by\n")
                .contains("It is asked for by the name redis.example (SNI).")
                .contains("The certificate CN=known, " + KNOWN.pin() + ", valid")
                .contains("  - A server with a certificate of its own making: refused, pin_mismatch.\n")
                .contains("  - A server that speaks only TLS 1.2 or older: refused.\n")
                .contains("  - Own certificate CN=known: 29 days left (")
                .doesNotContain("with TLS 1.2 the certificates");
    }

    @Test
    void plaintextThatLeavesTheMachineIsNamedTwice() {
        assertThat(unwrapped(explain(
                        Role.SERVER,
                        Map.of("access", "anyone", "target", "10.1.2.3:6379", "insecure-plaintext", "true"))))
                .contains("between this program and 10.1.2.3:6379. It crosses a network: whoever is on it")
                .contains("Unsafe choices\n  - insecure-plaintext: bytes travel to 10.1.2.3:6379");
    }

    @Test
    void rulesSpeakForThemselves() throws IOException {
        TestCertificates.Authority ca = TestCertificates.authority("Our Root");
        Path deny = Files.writeString(directory.resolve("deny"), KNOWN.pin() + "\nserial:0badcafe\n");
        String text = unwrapped(explain(
                Role.SERVER,
                Map.of(
                        "client-ca", ca.writeTo(directory).toString(),
                        "client-name", "cn:worker-*",
                        "client-pin", KNOWN.pin().toString(),
                        "deny", deny.toString())));
        assertThat(text)
                .contains("There are 2 ways to know a client, and one of them is enough.")
                .contains("A client is known by its key, whose pin is " + KNOWN.pin())
                .contains("Our Root", "cn:worker-*")
                .contains("The deny list refuses whatever else is said: pins 1, serial numbers 1.")
                .contains("Without a certificate nobody gets in.")
                .contains("A client without a certificate: refused, no_certificate.")
                .contains("A client with a certificate of its own making: refused, untrusted.")
                .contains("CA certificate CN=Our Root: 29 days left");
    }

    @Test
    void manualShowsWhatIsPrinted() {
        String shown = Manual.blocksOf("docs/operations.md").stream()
                .map(Manual.Block::text)
                .filter(text -> text.startsWith("$ proxy-server explain --access anyone\n"))
                .findFirst()
                .orElseThrow();
        String answer = shown.substring(shown.indexOf('\n') + 1, shown.indexOf("  …"));
        assertThat(explain(Role.SERVER, Map.of("access", "anyone"))).startsWith(answer);
    }

    @Test
    void whatWouldNotRunIsRefusedAsCheckDoes() {
        Answer answer = type(Role.SERVER, Map.of("client-ca", "/no/ca.pem", "client-name", "*"));
        assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
        assertThat(answer.err()).contains("/no/ca.pem");
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void runningTunnelSaysTheSameOnItsPageAndKeepsItsWord() throws Exception {
        Map<String, String> options = Map.of(
                "listen", "127.0.0.1:0",
                "target", target.address().toString(),
                "admin", "127.0.0.1:0",
                "state-directory", directory.toString(),
                "client-pin", KNOWN.pin().toString());
        try (Application application = Application.start(config(options), "test", PassedSockets.none())) {
            int port = ((Address.Tcp) application.listening().get(0)).port();
            String page = page(application, "/explain");
            assertThat(page)
                    .contains("tunnel default: TLS 1.2 and 1.3 on 127.0.0.1:" + port + ", plaintext to ")
                    .contains("A client without a certificate: refused, no_certificate.")
                    .contains("A client with a certificate of its own making: refused, pin_mismatch.")
                    .contains("A client that speaks plain Redis or HTTP: refused, not_tls.")
                    .contains("The certificate CN=ferrule default, "
                            + application.material().get(0).accept().get(0).pin());
            assertRefused(application, port, JdkTls.anonymous(), "no_certificate");
            assertRefused(application, port, JdkTls.showing(TestCertificates.selfSigned("x")), "pin_mismatch");
            try (Peer redis = Peer.plain(port)) {
                redis.send("PING\r\n").awaitEnd(LIMIT);
            }
            await().until(() -> failures(application, "not_tls").equals("1.0"));
            try (Peer known = Peer.tls(port, JdkTls.showing(KNOWN))) {
                assertThat(known.send("x").receive(1)).isEqualTo("x");
                assertThat(page(application, "/explain")).contains("  - Peer's certificate CN=known: 29 days left");
                assertThat(page(application, "/readyz?verbose"))
                        .contains("default: peer's certificate CN=known: 29 days left")
                        .contains("default: own certificate CN=ferrule default: 3649 days left");
                assertThat(page(application, "/metrics"))
                        .contains("ferrule_certificate_expiry_seconds{certificate=\"own\",leg=\"accept\"")
                        .contains("ferrule_certificate_expiry_seconds{certificate=\"peer\",leg=\"accept\"");
            }
        }
    }

    private void assertRefused(Application application, int port, SSLContext client, String reason) throws Exception {
        try (Peer refused = Peer.tls(port, client)) {
            assertThat(refused.send("x").awaitEnd(LIMIT)).isNotEqualTo(Peer.End.STILL_OPEN);
        } catch (IOException alert) {
            // as it should be
        }
        // The alert is on its way before it is counted.
        await().alias(reason).until(() -> failures(application, reason).equals("1.0"));
    }

    private String failures(Application application, String reason) throws Exception {
        return page(application, "/metrics")
                .lines()
                .filter(line -> line.startsWith("ferrule_handshake_failures_total")
                        && line.contains("reason=\"" + reason + "\""))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("none");
    }

    private String page(Application application, String path) throws Exception {
        URI uri = URI.create("http://" + application.admin().orElseThrow() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static ProcessConfig config(Map<String, String> options) throws OperatorException {
        Map<String, List<String>> flags = new LinkedHashMap<>();
        options.forEach((name, value) -> flags.put(name, List.of(value)));
        return ConfigReader.read(Role.SERVER, flags, Map.of());
    }

    private String explain(Role role, Map<String, String> options) {
        Answer answer = type(role, options);
        assertThat(answer.err()).isEmpty();
        return answer.out();
    }

    /** Without the breaks of long sentences. */
    private static String unwrapped(String text) {
        return text.replace("\n    ", " ");
    }

    private record Answer(ExitCode code, String out, String err) {}

    private Answer type(Role role, Map<String, String> options) {
        List<String> words = new ArrayList<>(List.of("explain"));
        options.forEach((name, value) -> {
            words.add("--" + name);
            if (!value.equals("true")) {
                words.add(value);
            }
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                role,
                "test",
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("STATE_DIRECTORY", directory.resolve("state").toString()));
        ExitCode code = new Program(shell).execute(words.toArray(String[]::new));
        return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
