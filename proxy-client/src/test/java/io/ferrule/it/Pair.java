package io.ferrule.it;

import io.ferrule.config.KeyFiles;
import io.ferrule.testing.Directories;
import io.ferrule.testing.Program;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A proxy-client in front of a proxy-server in front of a target, joined by the pin of a fresh certificate. */
final class Pair implements AutoCloseable {
    private final Path directory = Directories.temporary("ferrule-pair");
    private final TestCertificate identity = TestCertificates.selfSigned("ferrule.test");
    private final Program server;
    private final Program client;

    private Pair(String target, List<String> serverOptions, List<String> clientOptions) {
        this.server = startServer(target, serverOptions);
        try {
            List<String> arguments = new ArrayList<>(List.of(
                    "--target", server.address(), "--pin", identity.pin().toString()));
            arguments.addAll(clientOptions);
            this.client = Program.client(directory, arguments.toArray(String[]::new));
        } catch (RuntimeException | AssertionError e) {
            server.process().close();
            throw e;
        }
    }

    /** A pair with defaults everywhere. */
    static Pair before(String target) {
        return new Pair(target, List.of(), List.of());
    }

    /** A pair whose programs were given further options. */
    static Pair before(String target, List<String> serverOptions, List<String> clientOptions) {
        return new Pair(target, serverOptions, clientOptions);
    }

    private Program startServer(String target, List<String> options) {
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
        arguments.addAll(options);
        return Program.server(directory, arguments.toArray(String[]::new));
    }

    /** Another client of the same server; its owner closes it. */
    Program anotherClient(String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("--target", server.address(), "--pin", identity.pin().toString()));
        arguments.addAll(List.of(options));
        return Program.client(directory, arguments.toArray(String[]::new));
    }

    /** Where applications connect. */
    int port() {
        return client.port();
    }

    Program server() {
        return server;
    }

    Program client() {
        return client;
    }

    TestCertificate identity() {
        return identity;
    }

    @Override
    public void close() {
        try (server) {
            client.close();
        } finally {
            Directories.delete(directory);
        }
    }
}
