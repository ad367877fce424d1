package io.ferrule.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.net.Transport;
import io.ferrule.observe.ConnectionMetrics;
import io.ferrule.observe.PrometheusText;
import io.ferrule.observe.Samples;
import io.ferrule.testing.OwnThread;
import io.ferrule.tunnel.ProbeOutcome;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint over real sockets on loopback. */
@Timeout(60)
class AdminServerTest {
    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final EventLoopGroup loop = Transport.NIO.newEventLoops(1);
    private final HttpClient http = HttpClient.newHttpClient();
    private final PrometheusText metrics = new PrometheusText();
    private final List<ConnectionFacts> open = new ArrayList<>();
    private volatile Supplier<CompletionStage<ProbeOutcome>> probe =
            () -> CompletableFuture.completedFuture(new ProbeOutcome(true, "connected in 1 ms"));
    private volatile Supplier<String> config = () -> "tunnels: []";
    private volatile List<String> expiry = List.of();
    private volatile boolean draining;
    private volatile Supplier<CompletionStage<ReloadAnswer>> reload = CompletableFuture::new;
    private final TunnelView tunnel = new TunnelView("redis", () -> open, () -> probe.get());
    private final Pages pages = new Pages(
            new TunnelViews(() -> List.of(tunnel), () -> List.of(tunnel)),
            metrics,
            new ProcessView(() -> config.get(), () -> "explained\n", () -> expiry, () -> draining, () -> reload.get()));
    private AdminServer server;
    private int port;

    @BeforeEach
    void start() throws Exception {
        server = start("127.0.0.1:0");
        port = ((Address.Tcp) server.address()).port();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        metrics.close();
    }

    @Test
    void processThatRunsIsAlive() throws Exception {
        HttpResponse<String> answer = get("/livez");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok\n");
    }

    @Test
    void indexNamesPagesThatExist() throws Exception {
        List<String> paths = get("/").body()
                .lines()
                .filter(l -> l.startsWith("/"))
                .map(l -> l.substring(0, l.indexOf(' ')))
                .toList();
        assertThat(paths)
                .containsExactly("/livez", "/readyz", "/metrics", "/connections", "/config", "/explain", "/reload");
        for (String path : paths) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(path.equals("/reload") ? 405 : 200);
        }
    }

    @Test
    void readyWhileTheTargetAnswers() throws Exception {
        assertThat(get("/readyz").body()).isEqualTo("ready\nredis: ok\n");
        assertThat(get("/readyz?verbose").body()).isEqualTo("ready\nredis: ok: connected in 1 ms\n");
    }

    @Test
    void verboseReadinessListsWhatEndsAndIsNotChangedByIt() throws Exception {
        expiry = List.of("redis: own certificate CN=a: ENDED 3 days ago (2026-01-01)");
        assertThat(get("/readyz").body()).isEqualTo("ready\nredis: ok\n");
        HttpResponse<String> verbose = get("/readyz?verbose");
        assertThat(verbose.statusCode()).isEqualTo(200);
        assertThat(verbose.body())
                .isEqualTo(
                        """
                        ready
                        redis: ok: connected in 1 ms
                        redis: own certificate CN=a: ENDED 3 days ago (2026-01-01)
                        """);
    }

    @Test
    void notReadyWhileTheTargetIsAway() throws Exception {
        probe = () -> CompletableFuture.completedFuture(new ProbeOutcome(false, "127.0.0.1:6379: connection refused"));
        HttpResponse<String> answer = get("/readyz");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("not ready\nredis: failed: 127.0.0.1:6379: connection refused\n");
    }

    @Test
    void notReadyWhileDrainingWithoutAskingTheTarget() throws Exception {
        draining = true;
        probe = () -> {
            throw new IllegalStateException("asked");
        };
        HttpResponse<String> answer = get("/readyz");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("draining\n");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void probeUnderWayDoesNotHoldUpOthers() throws Exception {
        CompletableFuture<ProbeOutcome> slow = new CompletableFuture<>();
        probe = () -> slow;
        CompletableFuture<HttpResponse<String>> ready = http.sendAsync(request("/readyz"), BodyHandlers.ofString());
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(ready).isNotDone();
        slow.complete(new ProbeOutcome(true, ""));
        assertThat(ready.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void metricsAreScraped() throws Exception {
        var connections = new ConnectionMetrics(metrics.registry(), List.of(Samples.serverTunnel("redis")));
        connections.opened(Samples.facts(1, "redis"));
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body().lines()).contains("ferrule_connections_opened_total{tunnel=\"redis\"} 1.0");
    }

    @Test
    void openMetricsIsNegotiated() throws Exception {
        HttpRequest asking = HttpRequest.newBuilder(uri("/metrics"))
                .header("Accept", "application/openmetrics-text")
                .build();
        HttpResponse<String> answer = http.send(asking, BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/openmetrics-text");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @Test
    void connectionsAreListedAsJson() throws Exception {
        open.add(Samples.facts(7, "redis"));
        open.add(Samples.facts(8, "redis"));
        HttpResponse<String> answer = get("/connections?limit=1&after=6");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body())
                .startsWith("{\"total\":2,\"connections\":[{\"id\":7,")
                .endsWith(",\"next\":7}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=-1", "limit=10001", "limit=x", "limit=99999999999999999999", "after=1.5", "limit="})
    void numberOutOfRangeIsABadRequest(String query) throws Exception {
        assertThat(get("/connections?" + query).statusCode()).isEqualTo(400);
    }

    @Test
    void configIsShownAsGiven() throws Exception {
        config = () -> "tunnels:\n  - name: redis\n";
        assertThat(get("/config").body()).isEqualTo("tunnels:\n  - name: redis\n");
    }

    @Test
    void defectInAPageIsA500AndTheEndpointLives() throws Exception {
        config = () -> {
            throw new IllegalArgumentException("planted");
        };
        HttpResponse<String> answer = get("/config");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("planted");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void unknownPathIsNotFound() throws Exception {
        assertThat(get("/nothing%0a%1b[2J").statusCode()).isEqualTo(404);
        assertThat(get("/nothing%0a%1b[2J").body())
                .isEqualTo("there is no /nothing??[2J here; / lists what there is\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void nothingCanBeChanged(String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/livez"))
                .method(method, HttpRequest.BodyPublishers.ofString("x"))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
    }

    @Test
    void headHasTheLengthButNotTheBody() throws Exception {
        String answers = exchange(ask("HEAD /livez") + ask("GET /livez", "Connection: close"));
        int second = answers.indexOf("HTTP/1.1 200 OK", 1);
        assertThat(answers.substring(0, second)).contains("content-length: 3").endsWith("\r\n\r\n");
        assertThat(answers.substring(second)).contains("content-length: 3").endsWith("\r\n\r\nok\n");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        CompletableFuture<ProbeOutcome> slow = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        probe = () -> {
            asked.complete(null);
            return slow;
        };
        CompletableFuture<String> answers = OwnThread.supply(
                () -> exchange(ask("GET /readyz") + ask("GET /config") + ask("GET /livez", "Connection: close")));
        asked.get(10, TimeUnit.SECONDS);
        get("/livez"); // the loop has had a turn since
        slow.complete(new ProbeOutcome(true, ""));
        assertThat(answers.get(20, TimeUnit.SECONDS)).containsSubsequence("ready", "tunnels: []", "ok\n");
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 403",
        "localhost.evil.example:80, 403",
        "localhost, 200",
        "127.0.0.1:9999, 200",
        "[::1]:9999, 200"
    })
    void hostThatIsNotThisMachineIsRefused(String host, int status) {
        assertThat(exchange("GET /livez HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status);
    }

    @Test
    void hostIsNeededInHttp11ButNotIn10() {
        assertThat(exchange("GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(exchange("GET /livez HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
    }

    @Test
    void noOtherOriginIsLetIn() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/livez"))
                .header("Origin", "https://evil.example")
                .build();
        assertThat(http.send(request, BodyHandlers.ofString()).headers().map().keySet())
                .noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void garbageIsABadRequest() {
        assertThat(exchange("\u0016\u0003\u0001 this is not HTTP\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(exchange(ask("GET /%zz", "Connection: close"))).startsWith("HTTP/1.1 400");
    }

    @Test
    void requestsAreBounded() {
        assertThat(exchange("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 414");
        assertThat(exchange(ask("GET /", "X: " + "x".repeat(100_000)))).startsWith("HTTP/1.1 431");
        assertThat(exchange(ask("POST /", "Connection: close", "Content-Length: 8193")))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void connectionsBeyondTheBoundAreClosed() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < AdminPipeline.MAX_CONNECTIONS; i++) {
                Socket socket = connect();
                sockets.add(socket);
                socket.getOutputStream().write(ascii(ask("GET /livez")));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            try (Socket refused = connect()) {
                assertThat(refused.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void addressInUseIsNamedWithARemedy() {
        String address = "127.0.0.1:" + port;
        assertThatThrownBy(() -> start(address))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith("--admin: cannot listen on " + address + ": the port is in use");
    }

    @Test
    void nameWithoutAddressIsNamed() {
        assertThatThrownBy(() -> start("nowhere.invalid:0"))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith("--admin: cannot listen on nowhere.invalid:0: ");
    }

    @Test
    void unixSocketIsServedToOnlyThisUserAndAStaleOneIsReplaced(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("admin.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        AdminServer unix = start("unix:" + path);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap(ascii("GET /livez HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n")));
            ByteBuffer answer = ByteBuffer.allocate(1_024);
            while (channel.read(answer) >= 0) {}
            assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("ok\n");
        } finally {
            unix.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void clientThatHasFinishedSendingStillGetsItsAnswer() throws Exception {
        CompletableFuture<ProbeOutcome> slow = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        probe = () -> {
            asked.complete(null);
            return slow;
        };
        try (Socket socket = connect()) {
            socket.getOutputStream().write(ascii(ask("GET /readyz")));
            socket.shutdownOutput();
            asked.get(10, TimeUnit.SECONDS);
            slow.complete(new ProbeOutcome(true, ""));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("ready\nredis: ok\n");
        }
    }

    @Test
    void stoppedEndpointAnswersNobody() throws Exception {
        try (Socket kept = connect()) {
            kept.getOutputStream().write(ascii(ask("GET /livez")));
            assertThat(kept.getInputStream().read()).isEqualTo('H');
            server.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(new String(kept.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("ok\n");
        }
        assertThat(answersNobody()).isTrue();
    }

    /** NIO gives the port back a moment after its channel is closed; who gets in meanwhile is reset unanswered. */
    private boolean answersNobody() {
        try (Socket late = connect()) {
            late.getOutputStream().write(ascii(ask("GET /livez")));
            return late.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            throw new AssertionError(e);
        } catch (IOException refusedOrReset) {
            return true;
        }
    }

    private AdminServer start(String address) throws OperatorException {
        return AdminServer.start(Address.parse(address, "127.0.0.1"), Transport.NIO, loop, pages);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path), BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20)).build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path.replace("[", "%5B"));
    }

    /** All that the endpoint says to these bytes until it closes. */
    private String exchange(String request) {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii(request));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] chunk = new byte[1_024];
            for (int n = socket.getInputStream().read(chunk);
                    n >= 0;
                    n = socket.getInputStream().read(chunk)) {
                answer.write(chunk, 0, n);
            }
            return answer.toString(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String ask(String methodAndPath, String... headers) {
        StringBuilder request = new StringBuilder(methodAndPath).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return socket;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
