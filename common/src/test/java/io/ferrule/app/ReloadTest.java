package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.Address;
import io.ferrule.config.Capacity;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.KeyFiles;
import io.ferrule.config.Role;
import io.ferrule.net.PassedSockets;
import io.ferrule.testing.JdkTls;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSsl;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.ScriptedServer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole process that is reloaded, its ports and pages seen from outside. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // the application of each test is started by it
class ReloadTest {
    private static final TestCertificate ONE = TestCertificates.selfSigned("localhost");
    private static final TestCertificate TWO = TestCertificates.selfSigned("localhost");
    private static final TestCertificate CLIENT = TestCertificates.selfSigned("client");
    private static final TestCertificate OTHER_CLIENT = TestCertificates.selfSigned("other");

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> tunnels = new LinkedHashMap<>();
    private ScriptedServer target;
    private Path config;
    private Path certificate;
    private Path key;
    private Application application;
    private String process = "";

    @BeforeEach
    void write() throws IOException {
        target = ScriptedServer.plain(peer -> peer.in().transferTo(peer.out()));
        KeyFiles files = ONE.writeTo(directory, "server");
        certificate = files.certificate();
        key = files.key();
        config = directory.resolve("server.yaml");
        tunnel("a", Ports.free(), "access: anyone");
        save();
    }

    @AfterEach
    void close() {
        if (application != null) {
            application.close();
        }
        target.close();
    }

    private void tunnel(String name, int port, String more) {
        tunnels.put(
                name,
                "  %s: {listen: \"127.0.0.1:%d\", target: \"%s\", certificate: server.crt, key: server.key, %s}\n"
                        .formatted(name, port, target.address(), more)
                        .replace("server.crt", certificate.getFileName().toString())
                        .replace("server.key", key.getFileName().toString()));
    }

    private void save() throws IOException {
        Files.writeString(config, process + "tunnels:\n" + String.join("", tunnels.values()));
    }

    private void start(String... watchFiles) throws Exception {
        Map<String, List<String>> flags = Map.of(
                "config", List.of(config.toString()),
                "admin", List.of("127.0.0.1:0"),
                "watch-files", List.of(watchFiles.length == 0 ? "false" : watchFiles[0]),
                "state-directory", List.of(directory.resolve("state").toString()));
        ConfigSource source = files -> ConfigReader.read(Role.SERVER, flags, Map.of(), Capacity.UNKNOWN, files);
        Set<Path> files = new LinkedHashSet<>();
        Instant readAt = Instant.now();
        application = Application.start(new Start(
                source.read(files), source, files, readAt, "test", PassedSockets.none(), ReloadListener.NONE));
    }

    private HttpResponse<String> post(String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(page("/reload")).POST(HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void reload() throws Exception {
        HttpResponse<String> answer = post();
        assertThat(answer.body()).startsWith("reloaded\n");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private URI page(String path) {
        return URI.create(
                "http://127.0.0.1:" + ((Address.Tcp) application.admin().orElseThrow()).port() + path);
    }

    private String get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(page(path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private double metric(String beginning) throws Exception {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private int port(int tunnel) {
        return ((Address.Tcp) application.listening().get(tunnel)).port();
    }

    private Peer connect(int port) throws Exception {
        return Peer.tls(port, JdkTls.anonymous());
    }

    private static void serves(Peer peer) throws IOException {
        assertThat(peer.send("ping").receive(4)).isEqualTo("ping");
    }

    private void serves(int port, TestCertificate shown) throws Exception {
        try (Peer peer = connect(port)) {
            serves(peer);
            assertThat(peer.peerCertificate()).isEqualTo(shown.certificate());
        }
    }

    @Test
    void newCertificateIsShownToNewConnectionsAndOpenOnesLiveOn() throws Exception {
        start();
        try (Peer open = connect(port(0))) {
            serves(open);
            TWO.writeTo(directory, "server");
            reload();
            serves(port(0), TWO);
            serves(open);
        }
    }

    @Test
    void nothingChangedIsNothingChanged() throws Exception {
        start();
        assertThat(post().body()).isEqualTo("reloaded\nunchanged: a\nconnections ended: 0\n");
    }

    @Test
    void removedPinEndsItsConnectionAndNoOther() throws Exception {
        tunnel("a", Ports.free(), "client-pin: [\"%s\", \"%s\"]".formatted(CLIENT.pin(), OTHER_CLIENT.pin()));
        save();
        start();
        try (Peer stays = Peer.tls(port(0), JdkTls.showing(CLIENT));
                Peer goes = Peer.tls(port(0), JdkTls.showing(OTHER_CLIENT))) {
            serves(stays);
            serves(goes);
            tunnel("a", port(0), "client-pin: [\"%s\"]".formatted(CLIENT.pin()));
            save();
            assertThat(post().body()).contains("changed: a", "connections ended: 1");
            assertThat(goes.awaitEnd(Duration.ofSeconds(1))).isEqualTo(Peer.End.RESET);
            serves(stays);
        }
        await().until(() -> metric("ferrule_connections_closed_total{reason=\"permission_gone\"") == 1);
    }

    @Test
    void deniedClientGoesAlthoughNothingElseCanBeRead() throws Exception {
        Path denied = TestCertificate.write(directory.resolve("denied"), "# nobody yet\n");
        tunnel(
                "a",
                Ports.free(),
                "client-pin: [\"%s\", \"%s\"], deny: denied".formatted(CLIENT.pin(), OTHER_CLIENT.pin()));
        save();
        start();
        try (Peer stays = Peer.tls(port(0), JdkTls.showing(CLIENT));
                Peer goes = Peer.tls(port(0), JdkTls.showing(OTHER_CLIENT))) {
            serves(stays);
            serves(goes);
            Files.writeString(denied, OTHER_CLIENT.pin() + "\n");
            Files.writeString(config, "tunnels: {half edi");
            assertThat(post().statusCode()).isEqualTo(422);
            assertThat(goes.awaitEnd(Duration.ofSeconds(1))).isEqualTo(Peer.End.RESET);
            serves(stays);
        }
        await().until(() -> metric("ferrule_connections_closed_total{reason=\"permission_gone\"") == 1);
    }

    @Test
    void tunnelsAreAddedAndRemovedAndTheirConnectionsMayFinish() throws Exception {
        start();
        int first = port(0);
        int second = Ports.free();
        try (Peer open = connect(first)) {
            serves(open);
            tunnels.clear();
            tunnel("b", second, "access: anyone");
            save();
            assertThat(post().body()).contains("added: b", "removed: a");
            serves(second, ONE);
            assertThat(Ports.bindable(first)).isTrue();
            serves(open);
            assertThat(get("/connections")).contains("\"tunnel\":\"a\"");
            assertThat(get("/readyz")).isEqualTo("ready\nb: ok\n");
            assertThat(metric("ferrule_connections_open{tunnel=\"a\"}")).isEqualTo(1);
            open.finish();
            assertThat(open.receiveAll().length()).isZero();
        }
        await().until(() -> !get("/metrics").contains("tunnel=\"a\""));
        assertThat(get("/metrics")).contains("ferrule_connections_limit{tunnel=\"b\"}");
    }

    @Test
    void connectionsOfARemovedTunnelAreCutAtTheEndOfTheDrainTime() throws Exception {
        start();
        try (Peer open = connect(port(0))) {
            serves(open);
            tunnels.clear();
            tunnel("b", Ports.free(), "access: anyone");
            process = "drain-timeout: 200ms\n";
            save();
            reload();
            assertThat(open.awaitEnd(Duration.ofSeconds(10))).isEqualTo(Peer.End.RESET);
        }
    }

    @Test
    void twoTunnelsMayExchangeTheirPorts() throws Exception {
        tunnel("a", Ports.free(), "access: anyone");
        tunnel("b", Ports.free(), "access: anyone");
        save();
        start();
        int first = port(0);
        int second = port(1);
        tunnel("a", second, "access: anyone");
        tunnel("b", first, "access: anyone");
        save();
        try (Peer open = connect(first)) {
            serves(open);
            reload();
            assertThat(port(0)).isEqualTo(second);
            try (Peer onA = connect(second)) {
                serves(onA);
                assertThat(metric("ferrule_connections_opened_total{tunnel=\"a\"}"))
                        .isEqualTo(2);
            }
            serves(open);
        }
    }

    @Test
    void portThatIsInOurOwnWayIsToldAsSuch() throws Exception {
        start();
        int port = port(0);
        tunnel("a", port, "access: anyone");
        Files.writeString(config, Files.readString(config).replace("127.0.0.1:" + port, "0.0.0.0:" + port));
        HttpResponse<String> answer = post();
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("this program listens on 127.0.0.1:" + port, "restart");
        serves(port, ONE);
    }

    @Test
    void limitsChangeForNewConnections() throws Exception {
        start();
        try (Peer open = connect(port(0))) {
            serves(open);
            tunnel("a", port(0), "access: anyone, max-connections: 1");
            save();
            reload();
            serves(open);
            assertThat(Peer.endAfterSending(port(0), "", Duration.ofSeconds(10)))
                    .isEqualTo(Peer.End.RESET);
            assertThat(metric("ferrule_connections_limit")).isEqualTo(1);
        }
    }

    @Test
    void optionsThatNeedARestartAreNamedAndTheRestIsInForce() throws Exception {
        start();
        process = "event-loops: 3\ndrain-timeout: 7s\n";
        save();
        assertThat(post().body()).contains("applied at the next start: event-loops");
        assertThat(get("/config")).contains("drain-timeout: 7s", "event-loops: 0");
    }

    @Test
    void changedFilesAreNoticed() throws Exception {
        start("true");
        TWO.writeTo(directory, "server");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> serves(port(0), TWO));
    }

    /** As the kubelet writes a secret's volume: whole in a new directory, to which one link is then moved. */
    private Path secretVolume(TestCertificate content, String version) throws IOException {
        Path volume = directory.resolve("volume");
        Path data = Files.createDirectories(volume.resolve(".." + version));
        content.writeTo(data);
        Path link = Files.createSymbolicLink(volume.resolve("..data_tmp"), data.getFileName());
        Files.move(link, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        for (String name : List.of("tls.crt", "tls.key")) {
            if (!Files.isSymbolicLink(volume.resolve(name))) {
                Files.createSymbolicLink(volume.resolve(name), Path.of("..data", name));
            }
        }
        return volume;
    }

    @Test
    void secretOfKubernetesThatIsReplacedIsNoticed() throws Exception {
        secretVolume(ONE, "1");
        tunnels.computeIfPresent(
                "a", (name, said) -> said.replace("certificate: server.crt, key: server.key", "certificate: volume"));
        save();
        start("true");
        try (Peer open = connect(port(0))) {
            serves(open);
            secretVolume(TWO, "2");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> serves(port(0), TWO));
            serves(open);
        }
    }

    @Test
    void whatWebPagesSendIsRefused() throws Exception {
        start();
        assertThat(post("Origin", "http://evil.example").statusCode()).isEqualTo(403);
        assertThat(post("Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
        assertThat(metric("ferrule_reloads_total")).isZero();
        assertThat(post("Sec-Fetch-Site", "none").statusCode()).isEqualTo(200);
        assertThat(metric("ferrule_reloads_total{outcome=\"success\"}")).isEqualTo(1);
    }

    /** Ways to break what a process is told: to be extended by whoever adds files to it. */
    enum Broken {
        YAML {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.writeString(test.config, "tunnels: [");
            }
        },
        UNKNOWN_KEY {
            @Override
            void make(ReloadTest test) throws IOException {
                test.tunnel("a", test.port(0), "acess: anyone");
                test.save();
            }
        },
        CONFIG_GONE {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.delete(test.config);
            }
        },
        CERTIFICATE {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.writeString(test.certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
            }
        },
        CERTIFICATE_GONE {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.delete(test.certificate);
            }
        },
        KEY_THAT_DOES_NOT_FIT {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.writeString(test.key, TWO.pkcs8Pem());
            }
        },
        KEY_THAT_OTHERS_MAY_READ {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.setPosixFilePermissions(test.key, PosixFilePermissions.fromString("rw-r--r--"));
            }
        },
        AUTHORITY {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.writeString(test.directory.resolve("ca.crt"), "no certificate");
                test.tunnel("a", test.port(0), "client-ca: ca.crt, client-name: \"*\"");
                test.save();
            }
        },
        AUTHORITY_GONE {
            @Override
            void make(ReloadTest test) throws IOException {
                test.tunnel("a", test.port(0), "client-ca: nowhere.crt, client-name: \"*\"");
                test.save();
            }
        },
        PORT_TAKEN {
            @Override
            void make(ReloadTest test) throws IOException {
                test.taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                test.tunnel("b", test.taken.getLocalPort(), "access: anyone");
                test.save();
            }
        },
        ADDRESS_OF_NOBODY {
            @Override
            void make(ReloadTest test) throws IOException {
                test.tunnels.put("b", "  b: {listen: \"192.0.2.1:1\", target: \"127.0.0.1:1\", access: anyone}\n");
                test.save();
            }
        },
        PIN_FILE_THAT_CANNOT_BE_WRITTEN {
            @Override
            void make(ReloadTest test) throws IOException {
                test.tunnel("a", test.port(0), "access: anyone, publish-pin: nowhere/a.pin");
                test.save();
            }
        },
        REVOCATION_LIST("broken.txt:1: this is no revocation list") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.revoking(TestCertificates.authority(), "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
            }
        },
        REVOCATION_LIST_OF_ANOTHER_AUTHORITY("broken.txt: the revocation list") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.revoking(
                        TestCertificates.authority(),
                        TestCrl.of(TestCertificates.authority()).pem());
            }
        },
        DENY_LIST("broken.txt:2: ") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.with(
                        "client-pin: \"%s\", deny: broken.txt".formatted(CLIENT.pin()),
                        "broken.txt",
                        CLIENT.pin() + "\nnobody\n");
            }
        },
        DENY_LIST_GONE("nowhere.txt: ") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.tunnel("a", test.port(0), "client-pin: \"%s\", deny: nowhere.txt".formatted(CLIENT.pin()));
                test.save();
            }
        },
        TICKET_KEYS_TOO_SHORT("broken.txt:1: is Base64 of 47 bytes") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.with(
                        "ticket-keys: broken.txt",
                        "broken.txt",
                        Base64.getEncoder().encodeToString(new byte[47]));
            }
        },
        TICKET_KEYS_THAT_OTHERS_MAY_READ("broken.txt: ") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.with(
                        "ticket-keys: broken.txt",
                        "broken.txt",
                        Base64.getEncoder().encodeToString(new byte[48]));
                Files.setPosixFilePermissions(
                        test.directory.resolve("broken.txt"), PosixFilePermissions.fromString("rw-r--r--"));
            }
        },
        ENCRYPTED_KEY_WITH_ANOTHER_PASSWORD("server.key:1: the password does not fit") {
            @Override
            void make(ReloadTest test) throws IOException {
                OpenSsl.in(test.directory)
                        .run("pkcs8 -topk8 -in server.key -out encrypted.key -v2 aes-256-cbc -passout pass:right");
                Files.move(test.directory.resolve("encrypted.key"), test.key, StandardCopyOption.REPLACE_EXISTING);
                test.with("key-password-file: password", "password", "wrong\n");
            }
        },
        ENCRYPTED_KEY_WITHOUT_ITS_PASSWORD_FILE("server.yaml:2: key-password-file: ") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.tunnel("a", test.port(0), "access: anyone, key-password-file: nowhere");
                test.save();
            }
        },
        KEY_STORE("server.crt: this key store is damaged") {
            @Override
            void make(ReloadTest test) throws IOException {
                OpenSsl.in(test.directory)
                        .run("pkcs12 -export -in server.crt -inkey server.key -out whole.p12 -passout pass:right");
                byte[] store = Files.readAllBytes(test.directory.resolve("whole.p12"));
                Files.write(test.certificate, Arrays.copyOf(store, store.length / 2));
                Files.delete(test.key);
                Files.createFile(test.key);
            }
        },
        TWO_KEYS_OF_ONE_KIND("server.key: holds a second ECDSA key") {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.writeString(test.certificate, ONE.chainPem() + TWO.chainPem());
                Files.writeString(test.key, ONE.pkcs8Pem() + TWO.pkcs8Pem());
            }
        },
        KEY_OF_ONE_NAME("nowhere.key: ") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.tunnel(
                        "a",
                        test.port(0),
                        "access: anyone, names: {a.test: {certificate: server.crt, key: nowhere.key}}");
                test.save();
            }
        },
        UNKNOWN_KEY_OF_ONE_NAME("server.yaml:2: unknown key ") {
            @Override
            void make(ReloadTest test) throws IOException {
                test.tunnel("a", test.port(0), "access: anyone, names: {a.test: {acess: anyone}}");
                test.save();
            }
        },
        DIRECTORY_IN_PLACE_OF_A_KEY("server.key: ") {
            @Override
            void make(ReloadTest test) throws IOException {
                Files.delete(test.key);
                Files.createDirectory(test.key);
            }
        };

        /** How the line goes on that names the file; null where the test of all is enough. */
        private final @Nullable String told;

        Broken() {
            this.told = null;
        }

        Broken(String told) {
            this.told = told;
        }

        abstract void make(ReloadTest test) throws IOException;
    }

    private ServerSocket taken;

    private void with(String setting, String file, String content) throws IOException {
        TestCertificate.write(directory.resolve(file), content);
        tunnel("a", port(0), setting.startsWith("client-") ? setting : "access: anyone, " + setting);
        save();
    }

    private void revoking(TestCertificates.Authority authority, String list) throws IOException {
        Path bundle = authority.writeTo(directory);
        TestCertificate.write(directory.resolve("broken.txt"), list);
        tunnel("a", port(0), "client-ca: %s, client-name: \"*\", crl: broken.txt".formatted(bundle.getFileName()));
        save();
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @EnumSource
    void whatIsBrokenChangesNothingIsToldAndHeals(Broken broken) throws Exception {
        start();
        int port = port(0);
        String good = Files.readString(config);
        try (Peer open = connect(port)) {
            serves(open);
            broken.make(this);
            HttpResponse<String> answer = post();
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("not reloaded: the running configuration stays in force");
            assertThat(answer.body().lines().findFirst().orElseThrow())
                    .containsPattern("server\\.(yaml|crt|key)|ca\\.crt|broken\\.txt|nowhere|cannot listen on");
            if (broken.told != null) {
                assertThat(answer.body().lines().findFirst().orElseThrow()).contains("/" + broken.told);
            }
            assertThat(metric("ferrule_reloads_total{outcome=\"failure\"}")).isEqualTo(1);
            assertThat(metric("ferrule_reload_failed")).isEqualTo(1);
            serves(port, ONE);
            serves(open);
            assertThat(get("/readyz")).isEqualTo("ready\na: ok\n");

            Files.writeString(config, good);
            Files.deleteIfExists(key);
            ONE.writeTo(directory, "server");
            reload();
            assertThat(metric("ferrule_reload_failed")).isZero();
            serves(port, ONE);
            serves(open);
        } finally {
            if (taken != null) {
                taken.close();
            }
        }
    }

    @Test
    void brokenFileThatIsMendedIsNoticed() throws Exception {
        start("true");
        Files.delete(certificate);
        await().atMost(Duration.ofSeconds(20)).until(() -> metric("ferrule_reload_failed") == 1);
        Files.deleteIfExists(key);
        TWO.writeTo(directory, "server");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> serves(port(0), TWO));
        await().atMost(Duration.ofSeconds(20)).until(() -> metric("ferrule_reload_failed") == 0);
    }
}
