package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example config starts with the name of the program it is for, and is one that the program takes. */
class ExampleConfigsTest {
    private static final Path EXAMPLES = Path.of("../config");

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @Test
    void thereIsOneForEachProgramAndOneWithManyTunnels() throws Exception {
        assertThat(examples())
                .extracting(f -> f.getFileName().toString())
                .contains("server.yaml", "client.yaml", "server-many-tunnels.yaml");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleIsTakenWithoutComplaint(Path file) throws Exception {
        ProcessConfig config = read(file);
        assertThat(config.tunnels()).isNotEmpty();
        assertThat(config.tunnels()).flatExtracting(TunnelConfig::unsafeChoices).isEmpty();
    }

    @Test
    void manyTunnelsShareOneCertificate() throws Exception {
        ProcessConfig config = read(EXAMPLES.resolve("server-many-tunnels.yaml"));
        assertThat(config.tunnels()).extracting(TunnelConfig::name).containsExactly("sessions", "orders", "jobs");
        assertThat(config.tunnels())
                .extracting(ExampleConfigsTest::keys)
                .hasSize(3)
                .containsOnly(KeySources.of(new KeyFiles(
                        EXAMPLES.toAbsolutePath().resolve("tls/server.pem"),
                        EXAMPLES.toAbsolutePath().resolve("tls/server.key"))));
    }

    private static @Nullable KeySources keys(TunnelConfig tunnel) {
        return Objects.requireNonNull(tunnel.accept().tls()).keys();
    }

    private static ProcessConfig read(Path file) throws OperatorException {
        Role role = file.getFileName().toString().startsWith("client") ? Role.CLIENT : Role.SERVER;
        return ConfigReader.read(role, Map.of("config", List.of(file.toString())), Map.of());
    }
}
