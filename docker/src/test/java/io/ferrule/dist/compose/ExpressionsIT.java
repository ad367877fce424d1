package io.ferrule.dist.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.Manual;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.Peer;
import io.ferrule.testing.Ports;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every expression of the dashboard and of the alerts names what a real Prometheus finds in a real scrape of both packaged
 * programs. What would be empty while all is well is asked for without its limit.
 */
@NeedsCommand("prometheus")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpressionsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern SELECTOR =
            Pattern.compile("\\b(up\\b|(?:ferrule|process|jvm|system)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern ALTERNATIVES = Pattern.compile("(\\w+)=~\"(\\w+\\|[^\"]*)\"");
    private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    private final List<AutoCloseable> running = new ArrayList<>();
    private PrometheusApi prometheus = new PrometheusApi(0);
    private int port;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        RedisUnderTest redis = opened(RedisUnderTest.start());
        TestCertificate identity = TestCertificates.selfSigned("ferrule.test");
        KeyFiles files = identity.writeTo(directory, "server");
        String address = "127.0.0.1:" + Ports.free();
        List<String> own = List.of(
                "--certificate",
                files.certificate().toString(),
                "--key",
                files.key().toString(),
                "--state-directory",
                "state");
        Program.toItsEnd("server", directory, words(List.of("invite", "orders", "--address", address), own))
                .orFail();
        TestCertificates.Authority authority = TestCertificates.authority("clients");
        // A small young generation, so that garbage has been collected once when the first questions are asked.
        Program server = opened(Program.server(
                directory,
                words(
                        List.of(
                                "-Xmn2m",
                                "--listen",
                                address,
                                "--target",
                                redis.address(),
                                "--access",
                                "invited",
                                "--client-ca",
                                TestCertificate.write(
                                                directory.resolve("clients.pem"),
                                                TestCertificate.pem(authority.certificate()))
                                        .toString(),
                                "--client-name",
                                "*",
                                "--crl",
                                TestCertificate.write(
                                                directory.resolve("clients.crl"),
                                                TestCrl.of(authority).pem())
                                        .toString()),
                        own)));
        Program client = opened(Program.client(directory, "-Xmn2m", "orders.ferrule"));
        port = client.port();
        Path config = Files.writeString(
                directory.resolve("prometheus.yml"),
                """
                global:
                  scrape_interval: 500ms
                  evaluation_interval: 500ms
                rule_files: [%s]
                scrape_configs:
                  - job_name: proxy-server
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                  - job_name: proxy-client
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                """
                        .formatted(Manual.root().resolve(AlertRules.FILE), server.adminPort(), client.adminPort()));
        prometheus = opened(PrometheusProcess.start(directory, config)).api();
        await().atMost(LIMIT).until(() -> {
            ping(); // more than once, so that sessions are resumed
            return prometheus
                            .query("rate(ferrule_handshakes_total{resumed=\"true\"}[10s]) > 0")
                            .size()
                    == 2;
        });
    }

    private static String[] words(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).toArray(String[]::new);
    }

    @AfterAll
    void stop() throws Exception {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).close();
        }
    }

    static List<Dashboard.Query> queries() {
        return new Dashboard().queries();
    }

    static List<AlertRules.Alert> alerts() {
        return AlertRules.all();
    }

    static Stream<Map<String, Object>> variables() {
        return new Dashboard().variables().stream().filter(v -> "query".equals(v.get("type")));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void panelShowsSeriesThatFillItsLegend(Dashboard.Query query) {
        String expression = filled(query.expression()).replaceFirst(" > 0$", "");
        await().atMost(LIMIT).untilAsserted(() -> {
            ping();
            List<Map<String, Object>> series = prometheus.query(expression);
            assertThat(series).as(expression).isNotEmpty();
            Matcher label = LEGEND.matcher(query.legend());
            while (label.find()) {
                assertThat(series).as(expression).allMatch(s -> s.containsKey(label.group(1)));
            }
        });
        everySelectorFindsSomething(filled(query.expression()));
    }

    @ParameterizedTest
    @MethodSource("variables")
    void variableIsOfferedValues(Map<String, Object> variable) throws IOException {
        Matcher asked =
                Pattern.compile("label_values\\((.*), (\\w+)\\)").matcher(String.valueOf(variable.get("definition")));
        assertThat(asked.matches()).isTrue();
        assertThat(prometheus.query(filled(asked.group(1)))).isNotEmpty().allMatch(s -> s.containsKey(asked.group(2)));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alertAsksForWhatIsThere(AlertRules.Alert alert) {
        everySelectorFindsSomething(alert.expression());
    }

    @Test
    void noAlertFailsAndNoneFiresWhileAllIsWell() {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(prometheus.rules())
                .hasSameSizeAs(alerts())
                .allSatisfy(rule -> {
                    assertThat(rule).containsEntry("health", "ok");
                    assertThat(rule).as("%s", rule.get("name")).containsEntry("state", "inactive");
                }));
    }

    /** Each selector, with each alternative of its matchers alone, and with the labels that the expression groups by. */
    private void everySelectorFindsSomething(String expression) {
        List<String> labels = GROUPED.matcher(expression)
                .results()
                .flatMap(by -> Arrays.stream(by.group(1).split(", *")))
                .filter(label -> !label.equals("le"))
                .distinct()
                .toList();
        List<MatchResult> selectors = SELECTOR.matcher(expression).results().toList();
        assertThat(selectors).as(expression).isNotEmpty();
        for (MatchResult selector : selectors) {
            for (String one : alternatives(selector.group())) {
                await().atMost(LIMIT).untilAsserted(() -> assertThat(prometheus.query(one))
                        .as(one)
                        .isNotEmpty()
                        .allSatisfy(series -> assertThat(series.keySet()).containsAll(labels)));
            }
        }
    }

    private static List<String> alternatives(String selector) {
        Matcher several = ALTERNATIVES.matcher(selector);
        if (!several.find()) {
            return List.of(selector);
        }
        return Arrays.stream(several.group(2).split("\\|"))
                .map(value -> several.replaceFirst(several.group(1) + "=~\"" + value + "\""))
                .toList();
    }

    private static String filled(String expression) {
        return expression
                .replace("$__rate_interval", "10s")
                .replace("$__interval", "10s")
                .replace("$__range", "1m")
                .replaceAll("\\$(job|instance|tunnel)", ".+");
    }

    private void ping() throws IOException {
        try (Peer peer = Peer.plain(port)) {
            assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        running.add(resource);
        return resource;
    }
}
