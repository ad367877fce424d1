package io.ferrule.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.Address;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.ConnectLeg;
import io.ferrule.config.Limits;
import io.ferrule.config.NamedService;
import io.ferrule.config.Negotiation;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.config.SendProxy;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Timeouts;
import io.ferrule.config.TunnelConfig;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convert} and {@code explain} of a stunnel.conf. */
class ConvertTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final TestCertificate CLIENT = TestCertificates.selfSigned("client");

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        String pem = SERVER.writeJoinedTo(directory, "server").certificate().toString();
        String trusted = CLIENT.writeCertificateTo(directory, "client").toString();
        file = Files.write(
                directory.resolve("stunnel.conf"),
                List.of(
                        "TIMEOUTidle = 3600",
                        "[Redis main]",
                        "accept = 46379",
                        "connect = 6379",
                        "cert = " + pem,
                        "verifyPeer = yes",
                        "CAfile = " + trusted,
                        "[open]",
                        "accept = 46380",
                        "connect = 6380",
                        "connect = 6381",
                        "cert = " + pem,
                        "[out]",
                        "client = yes",
                        "accept = 127.0.0.1:56379",
                        "connect = redis.test:46379",
                        "verifyPeer = yes",
                        "CAfile = " + trusted,
                        "[blind]",
                        "client = yes",
                        "accept = 127.0.0.1:56380",
                        "connect = redis.test:46380"));
    }

    private String run(Role role, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        ExitCode code = new Program(new Shell(role, "1", print, print, Map.of())).execute(arguments);
        assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.OK);
        return out.toString(StandardCharsets.UTF_8);
    }

    private ProcessConfig read(Role role, String yaml) throws IOException, OperatorException {
        Path written = Files.writeString(directory.resolve("converted.yaml"), yaml);
        return ConfigReader.read(role, Map.of("config", List.of(written.toString())), Map.of());
    }

    @Test
    void whereClientsAreLedToIsToldOf() throws Exception {
        Path redirected = Files.write(
                directory.resolve("redirected.conf"),
                List.of("[r]", "client = yes", "accept = 127.0.0.1:1", "transparent = destination"));
        assertThat(run(Role.CLIENT, "convert", redirected.toString()))
                .contains("# transparent = destination: a tunnel of ours has a target of its own");
        assertThat(run(Role.CLIENT, "explain", redirected.toString()))
                .contains("where a client wanted to go before it was redirected");
    }

    @Test
    void whatIsSaidToOneNameAloneLeavesThatOut() throws Exception {
        Files.write(
                file,
                List.of(
                        "cert = " + directory.resolve("server.pem"),
                        "[p]",
                        "accept = 127.0.0.1:1",
                        "connect = 2",
                        "[v]",
                        "sni = p:v.test",
                        "connect = 3",
                        "protocol = proxy"));
        assertThat(run(Role.SERVER, "convert", file.toString()))
                .contains("the name v.test is left out")
                .doesNotContain("v.test:");
    }

    @Test
    void aVirtualServiceBecomesANameOfItsPrimary() throws Exception {
        Files.write(
                file,
                List.of(
                        "cert = " + directory.resolve("server.pem"),
                        "[p]",
                        "accept = 46379",
                        "connect = 6379",
                        "[v]",
                        "sni = p:*.v.test",
                        "sni = p:*er.test",
                        "connect = 7379"));
        String yaml = run(Role.SERVER, "convert", file.toString());
        assertThat(yaml).contains("sni = *er.test", "stands for one label");
        NamedService only = requireNonNull(
                        read(Role.SERVER, yaml).tunnels().get(0).accept().tls())
                .names()
                .get(0);
        assertThat(only.name()).isEqualTo("*.v.test");
        assertThat(only.target()).hasToString("localhost:7379");
        assertThat(run(Role.SERVER, "explain", file.toString())).contains("by the name *.v.test");
    }

    @Test
    void serversBecomeAFileThatTheServerReads() throws Exception {
        ProcessConfig config = read(Role.SERVER, run(Role.SERVER, "convert", file.toString()));
        assertThat(config.tunnels()).extracting(tunnel -> tunnel.name()).containsExactly("redis-main", "open");
        assertThat(config.tunnels().get(0).accept().listen()).isEqualTo(new Address.Tcp("0.0.0.0", 46379));
        assertThat(config.tunnels().get(0).timeouts().idle()).hasHours(1);
        assertThat(String.valueOf(config.tunnels().get(0).accept().tls()))
                .contains(CLIENT.pin().toString());
    }

    @Test
    void clientsBecomeAFileThatTheClientReads() throws Exception {
        ProcessConfig config = read(Role.CLIENT, run(Role.CLIENT, "convert", file.toString()));
        assertThat(config.tunnels()).extracting(tunnel -> tunnel.name()).containsExactly("out");
        assertThat(requireNonNull(config.tunnels().get(0).connect().tls()).trust())
                .isEqualTo(new ServerTrust.StoredCertificate(directory.resolve("client.crt"), false));
    }

    @Test
    void whatCannotBeSaidIsAComment() {
        assertThat(run(Role.CLIENT, "convert", file.toString()))
                .containsPattern("# \\[blind]\\R *# stunnel verifies nothing here");
        assertThat(run(Role.SERVER, "convert", file.toString()))
                .contains("# a tunnel has one target")
                .contains("# it is for proxy-client convert");
    }

    @Test
    void aProgramIsAComment() throws IOException {
        Path programs = Files.write(
                directory.resolve("programs.conf"),
                List.of(
                        "[cat]",
                        "accept = 127.0.0.1:1",
                        "exec = /bin/cat",
                        "cert = " + directory.resolve("server.pem")));
        assertThat(run(Role.SERVER, "convert", programs.toString()))
                .contains("# a tunnel of ours starts no programs: let /bin/cat listen")
                .doesNotContain("target:");
        assertThat(run(Role.SERVER, "explain", programs.toString())).contains("exec:/bin/cat");
    }

    @Test
    void whatNobodyComesInForIsAComment() throws IOException {
        Path inetd = Files.write(
                directory.resolve("inetd.conf"),
                List.of("exec = /bin/cat", "cert = " + directory.resolve("server.pem")));
        assertThat(run(Role.SERVER, "convert", inetd.toString())).contains("# a tunnel of ours");
        assertThat(run(Role.SERVER, "explain", inetd.toString())).contains("standard input and output");
        Path dialing = Files.write(
                directory.resolve("dialing.conf"), List.of("[ec]", "client = yes", "exec = /bin/cat", "connect = 1"));
        assertThat(run(Role.CLIENT, "convert", dialing.toString())).contains("# a tunnel of ours starts no programs");
    }

    @Test
    void onlyWhatIsNotTheDefaultIsPrinted() {
        assertThat(run(Role.SERVER, "convert", file.toString()))
                .doesNotContain("max-connections", "log-level", "post-quantum");
    }

    @Test
    void explainSaysWhatItDoesAndWhereItIsWeak() throws IOException {
        Path blind = Files.write(
                directory.resolve("blind.conf"),
                List.of(
                        "; a comment",
                        "[blind]",
                        "client = yes",
                        "accept = 127.0.0.1:56380",
                        "connect = redis.test:1"));
        assertThat(run(Role.SERVER, "explain", blind.toString()))
                .contains("tunnel blind")
                .contains("warning: Service [blind] ");
    }

    @Test
    void protocolProxyBecomesTheHeaderItIs() {
        TunnelConfig from = new TunnelConfig(
                        "s",
                        new AcceptLeg(new Address.Tcp("127.0.0.1", 1), null),
                        new ConnectLeg(new Address.Tcp("127.0.0.1", 2), null),
                        Limits.DEFAULT,
                        Timeouts.DEFAULT)
                .withNegotiation(new Negotiation(Negotiation.Protocol.PROXY));
        Conversion.Outcome outcome = Conversion.of(from, "s");
        assertThat(outcome.remarks()).isEmpty();
        assertThat(Objects.requireNonNull(outcome.tunnel()).connect().proxy()).isEqualTo(SendProxy.V1);
    }
}
