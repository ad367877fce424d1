package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.KeyFiles;
import io.ferrule.stunnel.StunnelException;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sni} and {@code protocol} together: before TLS the section that accepts speaks, afterwards the one of the server name. */
@Timeout(60)
@NeedsCommand({"stunnel4", "stunnel"})
class StunnelVirtualProtocolsTest {
    private static final TestCertificate OWN = TestCertificates.selfSigned("own.test");
    private static final TestCertificate BEHIND = TestCertificates.selfSigned("behind.test");
    private static final byte[] SSL_REQUEST = HexFormat.of().parseHex("0000000804d2162f");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer own;

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer behind;

    @BeforeEach
    void open() throws IOException {
        own = telling("own");
        behind = telling("behind");
    }

    @AfterEach
    void close() {
        own.close();
        behind.close();
    }

    /** Says who it is and what it has been told first. */
    private static ScriptedServer telling(String name) throws IOException {
        return ScriptedServer.plain(peer -> {
            String first = peer.line().replaceAll("\\d{4,5} \\d{4,5}$", "PORTS");
            peer.send(name + " heard " + first + "\r\n");
            peer.receiveAll();
        });
    }

    private String conf(String accepting, String virtual) {
        KeyFiles files = OWN.writeTo(directory, "own");
        KeyFiles second = BEHIND.writeTo(directory, "behind");
        return """
                [tunnel]
                accept = ACCEPT
                connect = 127.0.0.1:%d
                cert = %s
                key = %s
                %s
                [virtual]
                sni = tunnel:v.test
                cert = %s
                key = %s
                %s
                """
                .formatted(
                        own.port(),
                        files.certificate(),
                        files.key(),
                        accepting,
                        second.certificate(),
                        second.key(),
                        virtual);
    }

    private String target() {
        return "connect = 127.0.0.1:" + behind.port();
    }

    private static String ask(Peer peer, List<String> found) throws IOException {
        String answer = peer.send("hello\r\n").line();
        found.add(peer.peerCertificate().getSubjectX500Principal().getName() + ": " + answer);
        peer.finish();
        peer.receiveAll();
        return answer;
    }

    private List<String> found(String conf, String name) throws Exception {
        List<String> found = new ArrayList<>();
        new StunnelTwins(directory)
                .run(conf, 1, port -> {
                    try (Peer peer = Peer.tlsTo(name, port, JdkTls.anonymous(), "TLSv1.3")) {
                        ask(peer, found);
                    }
                })
                .areTheSame();
        return found;
    }

    @Test
    void aHeaderIsSentForTheNamesAloneThatAskForIt() throws Exception {
        String conf = conf("", target() + "\nprotocol = proxy");
        String behindTold = "CN=behind.test: behind heard PROXY TCP4 127.0.0.1 127.0.0.1 PORTS";
        assertThat(found(conf, "v.test")).containsExactly(behindTold, behindTold);
        assertThat(found(conf, "other.test"))
                .containsExactly("CN=own.test: own heard hello", "CN=own.test: own heard hello");
    }

    @Test
    void theHeaderOfTheSectionThatAcceptsIsNotForTheOthersTargets() throws Exception {
        String conf = conf("protocol = proxy", target());
        assertThat(found(conf, "v.test"))
                .containsExactly("CN=behind.test: behind heard hello", "CN=behind.test: behind heard hello");
        assertThat(found(conf, "other.test")).allMatch(told -> told.startsWith("CN=own.test: own heard PROXY TCP4 "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | behind heard hello",
                "protocol = proxy | behind heard PROXY TCP4 127.0.0.1 127.0.0.1 PORTS",
                "protocol = pgsql | behind heard hello"
            })
    void whoHasAskedForTlsInPlaintextIsStillHandedOver(String virtual, String told) throws Exception {
        List<String> found = new ArrayList<>();
        new StunnelTwins(directory)
                .run(conf("protocol = pgsql", target() + "\n" + virtual), 1, port -> {
                    try (Peer plain = Peer.plain(port)) {
                        assertThat(plain.send(SSL_REQUEST).receive(1)).isEqualTo("S");
                        ask(plain.startTls(JdkTls.anonymous(), "v.test"), found);
                    }
                })
                .areTheSame();
        assertThat(found).containsExactly("CN=behind.test: " + told, "CN=behind.test: " + told);
    }

    @Test
    void whereTheTargetSpeaksFirstTheNameChoosesTheCertificateAlone() throws Exception {
        List<String> found = new ArrayList<>();
        try (ScriptedServer mail = ScriptedServer.plain(peer -> {
            peer.send("220 mail.test ESMTP\r\n");
            peer.send("mail heard " + peer.line() + "\r\n");
            peer.receiveAll();
        })) {
            String conf = conf("protocol = smtp", target())
                    .replaceFirst("127.0.0.1:" + own.port(), "127.0.0.1:" + mail.port());
            new StunnelTwins(directory)
                    .run(conf, 1, port -> {
                        try (Peer plain = Peer.plain(port)) {
                            plain.line();
                            plain.send("EHLO me\r\n").line();
                            plain.line();
                            assertThat(plain.send("STARTTLS\r\n").line()).startsWith("220 ");
                            ask(plain.startTls(JdkTls.anonymous(), "v.test"), found);
                        }
                    })
                    .areTheSame();
        }
        assertThat(found).containsExactly("CN=behind.test: mail heard hello", "CN=behind.test: mail heard hello");
    }

    @Test
    void socksIsSpokenToThoseAloneWhoAskForTheName() throws Exception {
        String conf = conf("", "protocol = socks");
        assertThat(found(conf, "other.test")).allMatch("CN=own.test: own heard hello"::equals);
        new StunnelTwins(directory)
                .run(conf, 1, port -> {
                    try (Peer peer = Peer.tlsTo("v.test", port, JdkTls.anonymous(), "TLSv1.3")) {
                        peer.send(HexFormat.of().parseHex("050100"));
                        assertThat(peer.receive(2)).isEqualTo("\5\0");
                        peer.send(HexFormat.of().parseHex("050100017f0000010001")); // nobody is led to this machine
                        assertThat(peer.receive(2)).isEqualTo("\5\2");
                        peer.receiveAll();
                    }
                })
                .areTheSame();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | protocol = smtp | comes too late behind [tunnel]",
                "protocol = pgsql | protocol = imap | comes too late behind [tunnel]",
                "protocol = smtp | protocol = socks | comes too late behind [tunnel]",
            })
    void whatCannotBeSaidAnyMoreIsRefused(String accepting, String virtual, String reason) {
        String conf = conf(accepting, virtual + (virtual.contains("socks") ? "" : "\n" + target()));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> new StunnelTwins(directory).ours(conf, 0, port -> {})))
                .isInstanceOf(StunnelException.class)
                .hasMessageContaining(reason);
    }
}
