package io.ferrule.dist.compose;

import io.ferrule.testing.Ports;
import io.ferrule.testing.Subprocess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real Prometheus of this machine, on a free port, with a configuration of the test's. */
final class PrometheusProcess implements AutoCloseable {
    private final Subprocess process;
    private final PrometheusApi api;

    private PrometheusProcess(Subprocess process, PrometheusApi api) {
        this.process = process;
        this.api = api;
    }

    static PrometheusProcess start(Path directory, Path config) {
        int port = Ports.free();
        Subprocess process = Subprocess.start(
                "prometheus",
                directory,
                List.of(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port));
        process.awaitLine("Server is ready to receive web requests", Duration.ofSeconds(30));
        return new PrometheusProcess(process, new PrometheusApi(port));
    }

    PrometheusApi api() {
        return api;
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
