package io.ferrule.dist.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Manual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The compose files are understood by old and new Compose, and name files that are there. */
class ComposeFilesTest {
    private static final String BASE = "docker/compose.yaml";
    private static final String OBSERVABILITY = "docker/compose.observability.yaml";

    @ParameterizedTest
    @ValueSource(strings = {BASE, OBSERVABILITY})
    void fileObeysTheComposeSpecification(String file) throws IOException {
        assertThat(problems(Tree.ofFile(file))).isEmpty();
    }

    @Test
    void whatTheSpecificationDoesNotKnowIsFound() throws IOException {
        assertThat(problems(Tree.of("services: {redis: {image: redis, read_onyl: true}}")))
                .singleElement()
                .asString()
                .contains("read_onyl");
    }

    @Test
    void composeItselfTakesBoth() {
        compose(BASE).orFail();
        compose(BASE, OBSERVABILITY).orFail();
    }

    @ParameterizedTest
    @ValueSource(strings = {BASE, OBSERVABILITY})
    void everyFileThatIsMountedIsThere(String file) {
        List<Path> mounted = Tree.map(Tree.ofFile(file), "services").values().stream()
                .flatMap(service ->
                        Tree.map(service).get("volumes") instanceof List<?> list ? list.stream() : Stream.empty())
                .map(volume -> String.valueOf(volume).split(":", -1)[0])
                .filter(source -> source.startsWith("."))
                .map(source -> Manual.root().resolve("docker").resolve(source).normalize())
                .toList();
        assertThat(mounted).allSatisfy(path -> assertThat(path).exists());
    }

    @Test
    void everyContainerIsLimitedInMemoryWhereItIsOurs() {
        assertThat(Tree.map(Tree.ofFile(BASE), "services").values())
                .filteredOn(service -> String.valueOf(service).contains("FERRULE_IMAGE"))
                .hasSize(3)
                .allSatisfy(service -> assertThat(Tree.map(service)).containsEntry("mem_limit", "96m"));
    }

    @Test
    void prometheusScrapesTheEndpointsThatTheFileOpens() {
        Map<String, Object> services = Tree.map(Tree.ofFile(OBSERVABILITY), "services");
        List<Object> opened = Stream.of("proxy-server", "proxy-client")
                .map(name -> Tree.map(Tree.map(services, name), "environment").get("FERRULE_ADMIN"))
                .toList();
        List<Object> scraped = Tree.maps(Tree.ofFile("docker/observability/prometheus.yml"), "scrape_configs").stream()
                .flatMap(job -> Tree.maps(job, "static_configs").stream())
                .flatMap(targets -> ((List<?>) Objects.requireNonNull(targets.get("targets"))).stream())
                .map(Object.class::cast)
                .toList();
        assertThat(scraped).containsExactlyElementsOf(opened);
    }

    @Test
    void grafanaFindsItsDataSourceAndItsDashboards() {
        Map<String, Object> source = Tree.maps(
                        Tree.ofFile("docker/observability/grafana/datasources/prometheus.yaml"), "datasources")
                .get(0);
        assertThat(source).containsEntry("type", "prometheus").containsEntry("url", "http://prometheus:9090");
        Map<String, Object> provider = Tree.maps(
                        Tree.ofFile("docker/observability/grafana/dashboards/ferrule.yaml"), "providers")
                .get(0);
        Object directory = Tree.map(provider, "options").get("path");
        Map<String, Object> grafana = Tree.map(Tree.map(Tree.ofFile(OBSERVABILITY), "services"), "grafana");
        assertThat(String.valueOf(grafana.get("volumes")))
                .contains("../config/grafana:" + directory, "./observability/grafana:/etc/grafana/provisioning");
        assertThat(Tree.map(grafana, "environment"))
                .containsEntry("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH", directory + "/ferrule.json");
    }

    private static CommandResult compose(String... files) {
        List<String> command = Stream.of(
                        ComposeStack.program().stream(),
                        Stream.of(files)
                                .flatMap(f -> Stream.of(
                                        "--file", Manual.root().resolve(f).toString())),
                        Stream.of("config", "--quiet"))
                .flatMap(words -> words)
                .toList();
        return CommandResult.of(command.toArray(String[]::new));
    }

    private static List<String> problems(Map<String, Object> compose) throws IOException {
        // It calls itself by a file's name alone, which is not the URI that an $id has to be.
        String specification = Files.readString(Path.of("src/test/resources/schemas/compose-spec.json"))
                .replace("\"$id\": \"compose_spec.json\"", "\"$id\": \"urn:compose-spec\"");
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(specification, InputFormat.JSON);
        return schema.validate(JsonMapper.shared().writeValueAsString(compose), InputFormat.JSON).stream()
                .map(String::valueOf)
                .toList();
    }
}
