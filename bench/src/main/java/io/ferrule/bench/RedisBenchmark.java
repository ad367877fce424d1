package io.ferrule.bench;

import io.ferrule.bench.contender.Programs;
import io.ferrule.bench.load.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run of Redis' own benchmark.
 *
 * @param tests set, get or both of them
 * @param requests of each test
 */
record RedisBenchmark(List<String> tests, int connections, int pipeline, int bytes, int requests) {
    /** Runs it to its end; requests a second of each test. */
    Map<String, Double> run(Endpoint to, Path certificate) throws IOException {
        String said = Programs.output(command(to, certificate.toString()));
        Map<String, Double> rates = rates(said);
        if (!rates.keySet().containsAll(tests)) {
            throw new IOException("redis-benchmark has no result for one of " + tests + ": " + said.strip());
        }
        return rates;
    }

    List<String> command(Endpoint to, String certificate) {
        List<String> command = new ArrayList<>(List.of("redis-benchmark", "-h", "127.0.0.1", "-p", "" + to.port()));
        command.addAll(List.of("-c", "" + connections, "-P", "" + pipeline, "-d", "" + bytes, "-n", "" + requests));
        command.addAll(List.of("-t", String.join(",", tests), "--csv"));
        if (to.tls()) {
            command.addAll(List.of("--tls", "--cacert", certificate, "--tls-ciphersuites", "TLS_AES_128_GCM_SHA256"));
        }
        return command;
    }

    /** The first columns of its CSV: the test's name and its requests a second; warnings stand in between. */
    static Map<String, Double> rates(String csv) {
        Map<String, Double> rates = new TreeMap<>();
        for (String line : csv.lines().toList()) {
            String[] cells = line.replace("\"", "").split(",", -1);
            if (line.startsWith("\"") && cells.length > 1 && cells[1].matches("[0-9.]+")) {
                rates.put(cells[0].toLowerCase(Locale.ROOT), Double.parseDouble(cells[1]));
            }
        }
        return rates;
    }
}
