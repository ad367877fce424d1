package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.pki.CertificateMaker;
import io.ferrule.pki.CertificateTemplate;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.KeyType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class CertificateLookTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ExecutorService peer = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        peer.shutdownNow();
    }

    /** What a server does with the one connection that it accepts. */
    private interface Behaviour {
        void with(Socket connection) throws IOException;
    }

    private static KeyMaterial material(KeyType type, Clock clock) {
        return new CertificateMaker(clock, new SecureRandom())
                .make(new CertificateTemplate("looked-at", List.of(), Duration.ofDays(1), type));
    }

    private static SSLServerSocket server(KeyMaterial material) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", material.key(), new char[0], material.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private CompletableFuture<Void> accept(ServerSocket socket, Behaviour behaviour) {
        return CompletableFuture.runAsync(
                () -> {
                    try (Socket connection = socket.accept()) {
                        behaviour.with(connection);
                    } catch (IOException e) {
                        // the look ends as soon as it has seen enough
                    }
                },
                peer);
    }

    private static Address.Tcp address(ServerSocket socket) {
        return new Address.Tcp("127.0.0.1", socket.getLocalPort());
    }

    @ParameterizedTest
    @EnumSource
    void showsWhatIsPresentedWithEveryKindOfKey(KeyType type) throws Exception {
        KeyMaterial material = material(type, Clock.systemUTC());
        try (SSLServerSocket server = server(material)) {
            var served = accept(server, c -> c.getInputStream().read());
            assertThat(CertificateLook.at(address(server), LIMIT)).isEqualTo(material.chain());
            served.join();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void showsTheChainOfAServerThatWantsAClientCertificate(String version) throws Exception {
        KeyMaterial material = material(KeyType.ECDSA_P256, Clock.systemUTC());
        try (SSLServerSocket server = server(material)) {
            server.setNeedClientAuth(true);
            server.setEnabledProtocols(new String[] {version});
            var served = accept(server, c -> c.getInputStream().read());
            assertThat(CertificateLook.at(address(server), LIMIT)).isEqualTo(material.chain());
            served.join();
        }
    }

    @Test
    void showsAnExpiredCertificateAndSaysSo() throws Exception {
        Clock longAgo = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);
        KeyMaterial material = material(KeyType.ECDSA_P256, longAgo);
        try (SSLServerSocket server = server(material)) {
            var served = accept(server, c -> c.getInputStream().read());
            assertThat(CertificateLines.of(CertificateLook.at(address(server), LIMIT), Instant.now()))
                    .contains("  pin      " + material.pin())
                    .anyMatch(line -> line.endsWith("2020-01-02 00:00 UTC (EXPIRED)"));
            served.join();
        }
    }

    @Test
    void plainServerIsNotMistakenForTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var served = accept(server, c -> {
                c.getOutputStream().write("-ERR unknown command\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                c.getInputStream().readAllBytes();
            });
            assertThatThrownBy(() -> CertificateLook.at(address(server), LIMIT))
                    .isInstanceOf(OperatorException.class)
                    .hasMessageStartingWith(address(server) + ": the answer is not a TLS handshake");
            served.join();
        }
    }

    @Test
    void silentServerIsGivenUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var served = accept(server, c -> c.getInputStream().readAllBytes());
            assertThatThrownBy(() -> CertificateLook.at(address(server), Duration.ofMillis(100)))
                    .isInstanceOf(OperatorException.class)
                    .hasMessageContaining("no answer within");
            served.join();
        }
    }

    @Test
    void closedPortIsTold() throws Exception {
        Address.Tcp closed;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = address(server);
        }
        assertThatThrownBy(() -> CertificateLook.at(closed, LIMIT))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("cannot connect");
    }
}
