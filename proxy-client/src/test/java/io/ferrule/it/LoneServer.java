package io.ferrule.it;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.Directories;
import io.ferrule.testing.Program;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A proxy-server that admits anyone, for clients that are no program of ours. */
final class LoneServer implements AutoCloseable {
    private final Path directory = Directories.temporary("ferrule-server");
    private final TestCertificate identity = TestCertificates.selfSigned("ferrule.test");
    private final Program program;

    private LoneServer(String target, String... options) {
        this.program = Program.server(directory, arguments(target, options));
    }

    static LoneServer before(String target, String... options) {
        return new LoneServer(target, options);
    }

    private String[] arguments(String target, String... options) {
        KeyFiles files = identity.writeTo(directory, "server");
        List<String> arguments = new ArrayList<>(List.of(
                "--target",
                target,
                "--certificate",
                files.certificate().toString(),
                "--key",
                files.key().toString(),
                "--access",
                "anyone"));
        arguments.addAll(List.of(options));
        return arguments.toArray(String[]::new);
    }

    /** Where TLS clients connect. */
    int port() {
        return program.port();
    }

    Program program() {
        return program;
    }

    /** A counter or gauge of the metrics page, added up over the samples that contain all of {@code words}. */
    static double metric(Program program, String... words) throws java.io.IOException {
        return program.page("/metrics")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .filter(line -> List.of(words).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        try {
            program.close();
        } finally {
            Directories.delete(directory);
        }
    }
}
