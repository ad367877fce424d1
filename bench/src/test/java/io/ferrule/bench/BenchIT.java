package io.ferrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ferrule.bench.contender.Programs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged programs and the peers of this machine, for a look. */
class BenchIT {
    @TempDir
    Path folder;

    @BeforeEach
    void toolsAreInstalled() {
        boolean installed = Programs.find("redis-server").isPresent()
                && Programs.find("redis-benchmark").isPresent()
                && Programs.find("stunnel4", "stunnel").isPresent();
        assumeTrue(
                installed || "true".equals(System.getenv("CI")), "redis-server, redis-benchmark or stunnel is missing");
    }

    @Test
    void serversAreComparedAndTheReportIsWritten() throws Exception {
        assertThat(run("handshake-resumed,start")).contains("is written");
        assertThat(Files.readString(folder.resolve("results.md")))
                .contains(
                        "| packaged |",
                        "| stunnel |",
                        "## Resumed handshake",
                        "## From the start to the first handshake");
        assertThat(Files.readString(folder.resolve("samples.csv")))
                .contains("handshake-resumed,1,packaged,cpu,", "start,1,stunnel,start,");
    }

    @Test
    void pairsAreComparedAndTheReportIsWritten() throws Exception {
        assertThat(run("pair-p1")).contains("is written");
        assertThat(Files.readString(folder.resolve("results.md"))).contains("| packaged |", "| stunnel |");
    }

    private String run(String cases) {
        String jars =
                ",server=" + System.getProperty("it.server.jar") + ",client=" + System.getProperty("it.client.jar");
        List<String> arguments = new ArrayList<>(List.of("--quick", "--rounds", "1", "--out", folder.toString()));
        arguments.addAll(List.of("--cases", cases, "--contenders", "packaged,stunnel", "--variant", "packaged" + jars));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code = Main.run(new PrintStream(said, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
        assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isZero();
        return said.toString(StandardCharsets.UTF_8);
    }
}
