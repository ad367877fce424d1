package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a section or the lines before it lack is told in stunnel's words and order. */
class SectionErrorsTest {
    @TempDir
    private Path dir;

    /** The lines of a section, and the reason why it is wrong. */
    private static final List<String> WRONG = List.of(
            "accept=1;connect=2|TLS server needs a certificate",
            "client=yes;accept=nobody.invalid:1;connect=2|Cannot resolve accept target",
            "client=yes;accept=localhost;connect=2|Cannot resolve accept target",
            "client=yes;accept=1;connect=2;checkHost=a|Either \"verifyChain\" or \"verifyPeer\" has to be enabled",
            "client=yes;accept=1;connect=2;protocol=nosuch|Protocol not supported",
            "client=yes;accept=1;connect=2;protocol=|Protocol not supported",
            "client=yes;accept=1;connect=2;protocol=PROXY|The 'proxy' protocol is not supported in the client mode",
            "cert=CERT;accept=1;connect=2;protocol=nntp|The 'nntp' protocol is not supported in the server mode",
            "client=yes;accept=1;connect=2;PSKsecrets=PSK;PSKidentity=b|No key found for the specified PSK identity",
            "client=yes;accept=1;connect=2;redirect=3|\"redirect\" is unsupported in client sections",
            "cert=CERT;accept=1;connect=2;redirect=3;protocol=imap|\"redirect\" is incompatible with the specified protocol negotiation",
            "cert=CERT;accept=1;connect=2;redirect=3|Either \"verifyChain\" or \"verifyPeer\" has to be enabled for \"redirect\" to work",
            "cert=CERT;connect=2;sni=a|Invalid SNI parameter format",
            "cert=CERT;connect=2;sni=a:b|SNI section name not found",
            "client=yes;accept=1;connect=2;sslVersionMin=TLSv1.3;sslVersionMax=TLSv1.2|Invalid protocol version range",
            "cert=CERT;accept=1;connect=2;ticketKeySecret=00112233445566778899aabbccddeeff|\"ticketKeySecret\" and \"ticketMacSecret\" must be set together",
            "client=yes;accept=1;connect=2;verifyChain=yes|Either \"CAengine\", \"CAfile\" or \"CApath\" has to be configured",
            "client=yes;accept=1;connect=2;verify=3;CAfile=|Either \"CAengine\", \"CAfile\" or \"CApath\" has to be configured",
            "client=yes;accept=1|Each service must define two endpoints",
            "client=yes;connect=1|Each service must define two endpoints",
            "client=yes;accept=1;connect=2;exec=/bin/cat|Each service must define two endpoints",
            "cert=CERT;accept=1;connect=2;protocol=socks|Each service must define two endpoints",
            "cert=/nonexistent;accept=1;connect=2|Failed to initialize TLS context",
            "client=yes;accept=1;connect=2;verify=2;CAfile=/nonexistent|Failed to initialize TLS context");

    static List<String> wrong() {
        return WRONG;
    }

    @BeforeEach
    void withFilesToName() {
        TestCertificates.selfSigned("localhost").writeJoinedTo(dir, "cert");
        Reading.write(dir.resolve("psk"), "a:00112233445566778899aabbccddeeff\n");
    }

    private String section(String wrong) {
        return "[my redis]\n"
                + wrong.substring(0, wrong.indexOf('|'))
                        .replace(";", "\n")
                        .replace("CERT", dir.resolve("cert.pem").toString())
                        .replace("PSKsecrets=PSK", "PSKsecrets=" + dir.resolve("psk"))
                + "\n";
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void sectionErrorNamesTheService(String wrong) {
        assertThat(Reading.of(section(wrong)).error())
                .hasMessage("Service [my redis]: " + wrong.substring(wrong.indexOf('|') + 1));
    }

    @NeedsCommand({"stunnel4", "stunnel"})
    @ParameterizedTest
    @MethodSource("wrong")
    void realStunnelSaysTheSame(String wrong) {
        Path file = Reading.write(dir.resolve("s.conf"), section(wrong));
        String stunnel = CommandResult.find("stunnel4")
                .or(() -> CommandResult.find("stunnel"))
                .orElseThrow()
                .toString();
        CommandResult result = CommandResult.of(Duration.ofSeconds(30), List.of(stunnel, file.toString()), new byte[0]);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().lines())
                .contains("[!] " + Reading.file(file).error().line());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "output = log.txt|Log file must include full path name",
                "pid = my.pid|Pid file must include full path name",
                "fips = yes|Failed to initialize TLS",
                "compression = zlib|Failed to initialize TLS"
            })
    void globalErrorHasNoLine(String line, String reason) {
        assertThat(Reading.of(line + "\n[s]\nclient=yes\naccept=1\nconnect=2\n").error())
                .hasMessage("Global options: " + reason);
    }

    @Test
    void relativePathsAreAllowedInTheForeground() {
        StunnelConfig config = Reading.of(
                        "output = log.txt\npid = my.pid\nforeground = quiet\n[s]\nclient=yes\naccept=1\nconnect=2\n")
                .config();
        assertThat(config.globals().logging().output()).hasToString("log.txt");
        assertThat(config.globals().process().pid()).hasToString("my.pid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"|TLS server needs a certificate",
                "client=yes|Inetd mode must define one endpoint",
                "client=yes;connect=1;exec=/bin/cat|Inetd mode must define one endpoint",
                "client=yes;accept=1;connect=2|'accept' option is only allowed in a [section]"
            })
    void fileWithoutSectionIsForInetd(String lines, String reason) {
        assertThat(Reading.of(lines.replace(";", "\n")).error()).hasMessage("Inetd mode: " + reason);
    }

    @Test
    void inetdServiceHasTheNameOfTheProcess() {
        Reading reading = Reading.of("client = yes\nservice = web\nconnect = 1\n");
        assertThat(reading.config().inetd()).isTrue();
        assertThat(reading.service().name()).isEqualTo("web");
    }

    @Test
    void sectionIsFinishedBeforeTheNextIsRead() {
        Reading reading = Reading.of("[a]\nclient = yes\naccept = 1\n[b]\nbogus\n");
        assertThat(reading.lines())
                .containsSubsequence(
                        "6[ui]: Initializing service [a]",
                        "3[ui]: Service [a]: Each service must define two endpoints",
                        "3[ui]: Configuration failed",
                        "7[ui]: Deallocating temporary section defaults",
                        "7[ui]: Deallocating section [a]")
                .doesNotContain("6[ui]: Initializing service [b]");
    }

    @Test
    void primaryOfANameStandsBeforeAndIsNoClient() {
        String cert = dir.resolve("cert.pem").toString();
        String virtual = "[v]\ncert = " + cert + "\nconnect = 2\nsni = p:*.example.org\n";
        assertThat(Reading.of("[p]\ncert = " + cert + "\naccept=1\nconnect=2\n" + virtual)
                        .service()
                        .endpoints()
                        .sni())
                .containsExactly(new StunnelService.Sni("p", "*.example.org"));
        assertThat(Reading.of("[p]\nclient=yes\naccept=1\nconnect=2\n" + virtual)
                        .error())
                .hasMessage("Service [v]: SNI primary service is a TLS client");
    }

    @Test
    void servicesAreLookedAtAsSoonAsTheirSectionEnds() {
        List<String> seen = new ArrayList<>();
        Reading reading = Reading.of(
                "[a]\nclient=yes\naccept=1\nconnect=2\n[b]\nclient=yes\naccept=3\nconnect=4\n[c]\nbogus\n",
                (globals, service) -> {
                    seen.add(service.name());
                    if (service.name().equals("b")) {
                        throw StunnelException.inService("b", "Failed to initialize TLS context", "mend it");
                    }
                });
        assertThat(seen).containsExactly("a", "b");
        assertThat(reading.error()).hasMessage("Service [b]: Failed to initialize TLS context");
        assertThat(reading.lines())
                .containsSubsequence(
                        "3[ui]: Service [b]: Failed to initialize TLS context",
                        "3[ui]: mend it",
                        "3[ui]: Configuration failed");
    }

    @Test
    void missingCertificateIsToldWithItsName() {
        Reading reading = Reading.of("[s]\ncert = /nonexistent/a.pem\naccept = 1\nconnect = 2\n");
        assertThat(reading.lines())
                .containsSubsequence(
                        "6[ui]: Loading certificate from file: /nonexistent/a.pem",
                        "3[ui]: Service [s]: Failed to initialize TLS context");
        assertThat(reading.error().remedy()).contains("/nonexistent/a.pem", "No such file or directory (2)");
    }
}
