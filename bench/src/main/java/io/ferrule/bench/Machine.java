package io.ferrule.bench;

import io.ferrule.bench.contender.Contender;
import io.ferrule.bench.contender.Programs;
import io.ferrule.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Says where and with what a run was made, for the report: lines of "key: value" beside the samples. */
final class Machine {
    private final Path file;

    Machine(Path folder) {
        this.file = folder.resolve(Report.RUN);
    }

    void write(List<Contender> contenders, Options options) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("date: " + LocalDate.now(ZoneOffset.UTC));
        lines.add("processor: " + Runtime.getRuntime().availableProcessors() + " × " + model());
        lines.add("kernel: " + Programs.output("uname", "-sr").strip());
        lines.add("rounds: " + options.rounds() + (options.quick() ? ", short samples: only a look" : ""));
        lines.add("redis: " + Programs.output("redis-server", "--version").strip());
        lines.add("load: " + Programs.output("redis-benchmark", "--version").strip());
        for (Contender contender : contenders) {
            lines.add(contender.name() + ": " + contender.version() + "; " + contender.settings());
        }
        Files.write(file, lines);
    }

    private static String model() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
