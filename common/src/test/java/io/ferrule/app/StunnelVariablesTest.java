package io.ferrule.app;

import static io.ferrule.app.StunnelProgram.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.JdkTls;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Subprocess;
import io.ferrule.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a file of stunnel cannot say, and the environment of the process in stunnel's place can. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such signals")
@Timeout(120)
class StunnelVariablesTest {
    @TempDir
    Path directory;

    private final int port = Ports.free();
    private ServerSocket target;
    private String file = "";

    @BeforeEach
    void prepare() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Path pem = TestCertificates.selfSigned("localhost")
                .writeJoinedTo(directory, "server")
                .certificate();
        file = StunnelProgram.write(
                        directory,
                        "[redis]",
                        "accept = 127.0.0.1:" + port,
                        "connect = 127.0.0.1:" + target.getLocalPort(),
                        "cert = " + pem)
                .toString();
    }

    @AfterEach
    void tidy() throws IOException {
        target.close();
    }

    private Subprocess ready(String variable, String value) throws IOException {
        Subprocess process = StunnelProgram.start(directory, Map.of(variable, value), file);
        process.awaitLine("Accepting new connections", LIMIT);
        return process;
    }

    @Test
    void theAdminEndpointTellsOfItsServices() throws Exception {
        int admin = Ports.free();
        try (Subprocess process = ready("FERRULE_ADMIN", Integer.toString(admin));
                Peer peer = Peer.tls(port, JdkTls.anonymous());
                Socket accepted = target.accept()) {
            peer.send("x");
            assertThat(accepted.getInputStream().read()).isEqualTo('x');
            process.awaitLine("LOG5\\[ui]: Admin endpoint: http://127\\.0\\.0\\.1:" + admin + "/$", LIMIT);
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .containsPattern("ferrule_connections_open\\{[^}]*tunnel=\"redis\"[^}]*} 1");
        }
    }

    @Test
    void openConnectionsMayFinishWithinTheDrainTime() throws IOException {
        try (Subprocess process = ready("FERRULE_DRAIN_TIMEOUT", "1m");
                Peer peer = Peer.tls(port, JdkTls.anonymous());
                Socket accepted = target.accept()) {
            peer.send("x");
            assertThat(accepted.getInputStream().read()).isEqualTo('x');
            process.terminate();
            process.awaitLine("LOG5\\[ui]: Terminated$", LIMIT);
            peer.send("y");
            assertThat(accepted.getInputStream().read()).isEqualTo('y');
            accepted.close();
            peer.close();
            assertThat(process.awaitExit(LIMIT)).isZero();
            assertThat(process.output()).contains("Connection closed: 0 byte(s) sent to TLS, 2 byte(s) sent to socket");
        }
    }

    @Test
    void aSecondSignalWaitsForNoConnection() throws IOException {
        try (Subprocess process = ready("FERRULE_DRAIN_TIMEOUT", "10m");
                Peer peer = Peer.tls(port, JdkTls.anonymous());
                Socket accepted = target.accept()) {
            peer.send("x");
            assertThat(accepted.getInputStream().read()).isEqualTo('x');
            process.terminate();
            process.awaitLine("LOG5\\[ui]: Terminated$", LIMIT);
            process.terminate();
            assertThat(process.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void oneThatDescribesATunnelIsRefusedByItsName() throws IOException {
        try (Subprocess process = StunnelProgram.start(
                directory, Map.of("FERRULE_TARGET", "127.0.0.1:1", "FERRULE_ADMIN", "x:y"), file)) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(1);
            assertThat(process.lines())
                    .anyMatch(line -> line.startsWith("[!] FERRULE_TARGET: it has no effect on what a stunnel.conf"))
                    .anyMatch(line -> line.startsWith("[!] FERRULE_ADMIN: \"x:y\""))
                    .noneMatch(line -> line.startsWith("\tat "));
        }
    }
}
