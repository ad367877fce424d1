package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.testing.ChildJvm;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.SoftHsm;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that stay in a token of SoftHSM sign for the packaged programs' main, which a process of its own runs. */
@NeedsCommand("softhsm2-util")
@Timeout(120)
class TokenKeyTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private SoftHsm softHsm;
    private Path java;
    private Path pin;
    private ScriptedServer echo;

    @BeforeEach
    void token() throws Exception {
        java = newerJava();
        echo = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()));
        softHsm = new SoftHsm(directory).token("front").token("other");
        pin = Files.writeString(directory.resolve("pin"), SoftHsm.PIN + "\n");
        Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void end() {
        if (echo != null) {
            echo.close();
        }
    }

    /** One that has java.lang.foreign. */
    static Path newerJava() throws IOException {
        Path home = ChildJvm.atLeast(22).orElse(null);
        if (home == null) {
            assertThat(LeftOut.nothingMayBe())
                    .as("a Java 22 or later is to be installed")
                    .isFalse();
            throw LeftOut.skip("keys in tokens", "there is no Java 22 or later beside this one");
        }
        return home;
    }

    private String uri(String id) {
        return "pkcs11:token=front;id=%" + id + "?module-path=" + SoftHsm.MODULE + "&pin-source=file:" + pin;
    }

    private Subprocess program(Path home, String... words) {
        List<String> command = new ArrayList<>(
                ChildJvm.command(home, StunnelProgram.class, List.of("-Xmx128m", "-Duser.home=" + directory)));
        command.addAll(List.of("run", "--listen", "127.0.0.1:0", "--access", "anyone", "--target", echo.address()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(softHsm.variables());
        builder.environment().put("STATE_DIRECTORY", directory.resolve("state").toString());
        return Subprocess.start("proxy-server", builder);
    }

    private Subprocess program(String... words) {
        return program(java, words);
    }

    private static int port(Subprocess program) {
        return Integer.parseInt(
                program.awaitLine("listen=127\\.0\\.0\\.1:(\\d+)", LIMIT).group(1));
    }

    private static TestCertificate identity(String type) {
        return TestCertificates.selfSignedLeaf("localhost").key(type).issue();
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, tls1_2, RSA", "RSA, tls1_3, RSA-PSS",
        "P-256, tls1_2, ECDSA", "P-256, tls1_3, ECDSA",
        "P-384, tls1_2, ECDSA", "P-384, tls1_3, ECDSA"
    })
    @NeedsCommand("openssl")
    void opensslVerifiesWhatTheTokenSigned(String type, String version, String signature) throws Exception {
        TestCertificate identity = identity(type);
        softHsm.key("front", "01", identity).certificate("front", "01", identity);
        Path ca = identity.writeCertificateTo(directory, "ca");
        try (Subprocess program = program("--certificate", uri("01"));
                OpenSslPeer client = OpenSslPeer.client(
                        port(program),
                        "-" + version,
                        "-CAfile",
                        ca.toString(),
                        "-verify_return_error",
                        "-sigalgs",
                        signature.equals("RSA") ? "RSA+SHA256" : "ECDSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA256")) {
            client.type("token");
            assertThat(client.awaitLine("token")).isNotNull();
            assertThat(client.output()).contains("Peer signature type: " + signature + "\n");
        }
    }

    @Test
    @NeedsCommand("openssl")
    void tokenThatKnowsTheBareOperationAloneSignsWithPssToo() throws Exception {
        TestCertificate identity = identity("RSA");
        softHsm.key("front", "01", identity).withoutPss();
        Path certificate = identity.writeCertificateTo(directory, "shown");
        try (Subprocess program = program("--certificate", certificate.toString(), "--key", uri("01"));
                OpenSslPeer client = OpenSslPeer.client(
                        port(program), "-tls1_3", "-CAfile", certificate.toString(), "-verify_return_error")) {
            client.type("token");
            assertThat(client.awaitLine("token")).isNotNull();
        }
    }

    @Test
    void manyHandshakesAtOnceAreSignedEachByItself() throws Exception {
        TestCertificate identity = identity("P-256");
        softHsm.key("front", "01", identity).certificate("front", "01", identity);
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try (Subprocess program = program("--certificate", uri("01"))) {
            int port = port(program);
            List<Callable<String>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String text = "message " + (1000 + i);
                all.add(() -> {
                    try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
                        return peer.send(text).receive(text.length());
                    }
                });
            }
            List<String> answers = new ArrayList<>();
            for (Future<String> each : clients.invokeAll(all)) {
                answers.add(each.get());
            }
            assertThat(answers).doesNotHaveDuplicates().hasSize(200);
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void keyMadeAnewIsTakenUpByAReload() throws Exception {
        TestCertificate first = identity("P-256");
        TestCertificate second = identity("P-256");
        softHsm.key("front", "01", first);
        Path certificate = first.writeCertificateTo(directory, "shown");
        try (Subprocess program = program("--certificate", certificate.toString(), "--key", uri("01"))) {
            int port = port(program);
            assertThat(shown(port)).isEqualTo(first.certificate());
            softHsm.withoutKey("front", "01").key("front", "01", second);
            second.writeCertificateTo(directory, "shown");
            program.signal("HUP");
            program.awaitLine("the configuration was read anew", LIMIT);
            assertThat(shown(port)).isEqualTo(second.certificate());
        }
    }

    private static X509Certificate shown(int port) throws IOException {
        try (Peer peer = Peer.tls(port, JdkTls.anonymous())) {
            assertThat(peer.send("signed").receive(6)).isEqualTo("signed");
            return peer.peerCertificate();
        }
    }

    @Test
    void keyThatIsGoneFailsHandshakesUntilItIsBack() throws Exception {
        TestCertificate identity = identity("P-256");
        softHsm.key("front", "01", identity).certificate("front", "01", identity);
        try (Subprocess program = program("--certificate", uri("01"))) {
            int port = port(program);
            softHsm.withoutKey("front", "01");
            assertThatThrownBy(() -> shown(port)).isInstanceOf(IOException.class);
            program.awaitLine("own_key.*there is no private key id=01 in the token front", LIMIT);

            softHsm.key("front", "01", identity);
            assertThat(shown(port)).isEqualTo(identity.certificate());

            softHsm.withoutKey("front", "01").key("front", "01", identity("P-256"));
            assertThatThrownBy(() -> shown(port)).isInstanceOf(IOException.class);
            program.awaitLine("own_key.*the key in the token front is not the one of the certificate any more", LIMIT);
        }
    }

    @Test
    void whatIsWrongIsToldAtTheStartAndNoPinIsSeen() throws Exception {
        TestCertificate identity = identity("P-256");
        softHsm.key("front", "01", identity).key("front", "02", identity("P-256"));
        String certificate = identity.writeCertificateTo(directory, "shown").toString();
        assertRefused("there is no private key id=03 in the token front", certificate, uri("03"));
        assertRefused("does not fit the certificate", certificate, uri("02"));
        assertRefused(
                "there is no PKCS#11 module /no/such.so",
                certificate,
                uri("01").replace(SoftHsm.MODULE.toString(), "/no/such.so"));
        assertRefused("there is no such token", certificate, uri("01").replace("front", "nowhere"));
        assertRefused("several tokens are meant", certificate, uri("01").replace("token=front;", ""));
        assertRefused("a PIN in it would be seen", certificate, "pkcs11:id=%01?module-path=/m.so&pin-value=5550111");
        Files.writeString(pin, "5550111");
        assertRefused("does not take the PIN: C_Login: PIN incorrect", certificate, uri("01"));
        Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused("the PIN in it can be read by every user", certificate, uri("01"));
    }

    private void assertRefused(String reason, String certificate, String key) {
        try (Subprocess program = program("--certificate", certificate, "--key", key)) {
            assertThat(program.awaitExit(LIMIT)).isNotZero();
            assertThat(program.output()).contains(reason).doesNotContain("5550111", "\tat ");
        }
    }

    @Test
    void olderJavaSaysThatItIsTooOld() throws Exception {
        if (Runtime.version().feature() >= 22) {
            return; // it can
        }
        TestCertificate identity = identity("P-256");
        String certificate = identity.writeCertificateTo(directory, "shown").toString();
        try (Subprocess program =
                program(Path.of(System.getProperty("java.home")), "--certificate", certificate, "--key", uri("01"))) {
            assertThat(program.awaitExit(LIMIT)).isNotZero();
            assertThat(program.output()).contains("keys in tokens need Java 22 or later");
        }
    }
}
