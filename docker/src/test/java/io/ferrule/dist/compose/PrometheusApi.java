package io.ferrule.dist.compose;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a Prometheus on a port of 127.0.0.1 answers. */
final class PrometheusApi {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final int port;

    PrometheusApi(int port) {
        this.port = port;
    }

    /** The labels of every series that an expression gives now; fails with Prometheus's words if it does not take it. */
    List<Map<String, Object>> query(String expression) throws IOException {
        return Tree.maps(get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)), "result").stream()
                .map(series -> Tree.map(series, "metric"))
                .toList();
    }

    /** Every rule with its state. */
    List<Map<String, Object>> rules() throws IOException {
        return Tree.maps(get("rules"), "groups").stream()
                .flatMap(group -> Tree.maps(group, "rules").stream())
                .toList();
    }

    private Map<String, Object> get(String path) throws IOException {
        try {
            HttpResponse<String> response = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(path + ": " + response.body());
            }
            return Tree.map(Tree.of(response.body()), "data");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while asking Prometheus", e);
        }
    }
}
