package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.LeftOut;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.SoftHsm;
import io.ferrule.testing.StunnelPeer;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stunnel.conf whose keys, and whose authorities, are in a token: the same file for both programs, at both ends. */
@NeedsCommand("softhsm2-util")
@Timeout(120)
class StunnelTokenTest {
    private static final List<String> ENGINE =
            List.of("engine = pkcs11", "engineCtrl = MODULE_PATH:" + SoftHsm.MODULE, "engineCtrl = PIN:" + SoftHsm.PIN);

    @TempDir
    Path directory;

    private final TestCertificate server =
            TestCertificates.selfSignedLeaf("localhost").key("RSA").issue();
    private final TestCertificate client = TestCertificates.selfSigned("client");
    private final int near = Ports.free();
    private final int far = Ports.free();
    private SoftHsm softHsm;
    private Path java;

    @BeforeEach
    void token() throws Exception {
        java = TokenKeyTest.newerJava();
        softHsm = new SoftHsm(directory).token("front");
        softHsm.key("front", "01", server).certificate("front", "01", server);
        softHsm.key("front", "02", client).certificate("front", "02", client);
    }

    private Path config(String name, List<String> globals, String... section) throws IOException {
        List<String> lines = new ArrayList<>(List.of("foreground = yes", "syslog = no", "debug = 7"));
        lines.addAll(globals);
        lines.add("[" + name + "]");
        lines.addAll(List.of(section));
        return Files.write(directory.resolve(name + ".conf"), lines);
    }

    private Path serving(int target, String... more) throws IOException {
        List<String> section = new ArrayList<>(
                List.of("accept = 127.0.0.1:" + far, "connect = 127.0.0.1:" + target, "engineId = pkcs11"));
        section.addAll(List.of(more));
        return config("server", ENGINE, section.toArray(String[]::new));
    }

    private Path dialling(String... more) throws IOException {
        List<String> section = new ArrayList<>(
                List.of("client = yes", "accept = 127.0.0.1:" + near, "connect = 127.0.0.1:" + far, "engineNum = 1"));
        section.addAll(List.of(more));
        return config("client", ENGINE, section.toArray(String[]::new));
    }

    private Subprocess ours(Path file) throws IOException {
        return StunnelProgram.ready(directory, softHsm.variables(), file, java);
    }

    private Subprocess real(Path file) throws IOException {
        try (Stream<Path> engines =
                Files.find(Path.of("/usr/lib"), 3, (path, about) -> path.endsWith("engines-3/pkcs11.so"))) {
            if (engines.findAny().isEmpty()) {
                assertThat(LeftOut.nothingMayBe())
                        .as("libengine-pkcs11-openssl is to be installed")
                        .isFalse();
                throw LeftOut.skip("the real stunnel's token", "there is no libengine-pkcs11-openssl");
            }
        }
        ProcessBuilder builder =
                new ProcessBuilder(StunnelPeer.binary().toString(), file.toString()).directory(directory.toFile());
        builder.environment().putAll(softHsm.variables());
        Subprocess process = Subprocess.start("stunnel", builder);
        process.awaitLine("Accepting new connections", LIMIT);
        return process;
    }

    @ParameterizedTest
    @NeedsCommand({"stunnel4", "stunnel"})
    @CsvSource({
        "ours, real, TLSv1.2", "ours, real, TLSv1.3",
        "real, ours, TLSv1.2", "real, ours, TLSv1.3",
        "ours, ours, TLSv1.3"
    })
    void bothEndsSignInTheTokenAndAreVerifiedByIt(String serving, String dialling, String version) throws Exception {
        try (ScriptedServer echo = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()))) {
            Path first = serving(
                    echo.port(),
                    "cert = pkcs11:token=front;id=%01",
                    "key = pkcs11:object=key01;type=private",
                    "CAengine = id_02",
                    "verifyPeer = yes",
                    "sslVersion = " + version);
            Path second = dialling(
                    "cert = id_02",
                    "CAengine = pkcs11:token=front;object=cert01",
                    "verifyPeer = yes",
                    "sslVersion = " + version);
            try (Subprocess one = serving.equals("ours") ? ours(first) : real(first);
                    Subprocess two = dialling.equals("ours") ? ours(second) : real(second);
                    Peer peer = Peer.plain(near)) {
                assertThat(peer.send("token").receive(5)).isEqualTo("token");
                one.awaitLine("Certificate accepted at depth=0", LIMIT);
                two.awaitLine("Certificate accepted at depth=0", LIMIT);
                for (Subprocess each : List.of(one, two)) {
                    if ((each == one ? serving : dialling).equals("ours")) {
                        assertThat(each.output()).doesNotContain(SoftHsm.PIN);
                    }
                }
            }
        }
    }

    @Test
    @NeedsCommand({"stunnel4", "stunnel"})
    void startIsLoggedAsTheRealOneLogsIt() throws Exception {
        Path file = serving(1, "cert = id_01", "CAengine = id_02", "verifyChain = yes");
        try (Subprocess ours = ours(file)) {
            List<String> mine = aboutTheToken(ours);
            ours.kill();
            assertThat(ours.awaitExit(LIMIT)).isNotZero();
            try (Subprocess real = real(file)) {
                assertThat(mine).isNotEmpty().isEqualTo(aboutTheToken(real));
            }
        }
    }

    private static List<String> aboutTheToken(Subprocess program) {
        return program.lines().stream()
                .filter(line -> line.matches(".*LOG[0-6]\\[ui].*(engine|trusted).*"))
                .map(line -> line.substring(line.indexOf("LOG")))
                .toList();
    }

    @Test
    void providerReachesTheTokenByUrisWithoutAnEngine() throws Exception {
        Path ca = server.writeCertificateTo(directory, "ca");
        Path file = config(
                "provider",
                List.of(
                        "provider = pkcs11prov",
                        "providerParameter = pkcs11prov:pkcs11_module=" + SoftHsm.MODULE,
                        "providerParameter = pkcs11prov:pin=" + SoftHsm.PIN),
                "accept = 127.0.0.1:" + far,
                "connect = 127.0.0.1:1",
                "cert = " + ca,
                "key = pkcs11:token=front;id=%01",
                "CAstore = pkcs11:token=front;id=%02",
                "verifyPeer = yes",
                "[file]",
                "client = yes",
                "accept = 127.0.0.1:" + near,
                "connect = 127.0.0.1:" + far,
                "cert = pkcs11:token=front;id=%02",
                "CAstore = file:" + ca,
                "verifyPeer = yes");
        try (Subprocess ours = ours(file);
                Peer peer = Peer.plain(near)) {
            peer.send("x");
            ours.awaitLine("LOG5\\[\\d+]: Certificate accepted at depth=0: .*CN=client", LIMIT);
            ours.awaitLine("Certificate accepted at depth=0: .*CN=localhost", LIMIT);
            assertThat(ours.output())
                    .contains(
                            "Certificate accepted at depth=0: CN=localhost",
                            "Configured trusted server CA: CN=localhost")
                    .doesNotContain(SoftHsm.PIN);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id_09 | there is no certificate id=09 in the token front",
                "pkcs11:token=nowhere | there is no such token",
                "pkcs11:colour=red | colour is not an attribute",
                "pkcs11:id=%01?pin-value=5550111 | does not take the PIN",
                "slot_7-id_01 | there is no such token"
            })
    void whatIsNotInTheTokenIsToldAndEndsTheStart(String cert, String reason) throws Exception {
        try (Subprocess program =
                StunnelProgram.by(directory, softHsm.variables(), serving(1, "cert = " + cert.strip()), java)) {
            assertThat(program.awaitExit(LIMIT)).isEqualTo(1);
            assertThat(program.output())
                    .contains(reason, "Configuration failed")
                    .doesNotContain("5550111", SoftHsm.PIN, "Private key initialized", "\tat ");
        }
    }
}
