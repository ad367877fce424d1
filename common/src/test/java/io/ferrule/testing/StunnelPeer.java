package io.ferrule.testing;

import io.ferrule.config.KeyFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The real stunnel, in the foreground with a config in a directory of its own; use with {@code @NeedsCommand}. */
public final class StunnelPeer implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Subprocess process;

    private StunnelPeer(Path directory, int port, Subprocess process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** Accepts TLS and connects to a plaintext target; further options such as {@code verifyPeer = yes}. */
    public static StunnelPeer server(TestCertificate identity, String target, String... options) {
        return start("no", identity, "connect = " + target, options);
    }

    /** Accepts plaintext and connects to a TLS target, showing its identity if it is asked. */
    public static StunnelPeer client(TestCertificate identity, String target, String... options) {
        return start("yes", identity, "connect = " + target, options);
    }

    /** Accepts TLS and starts a program for each connection. */
    public static StunnelPeer program(TestCertificate identity, String file, String... options) {
        return start("no", identity, "exec = " + file, options);
    }

    /** Accepts TLS and connects to a plaintext target; what it is known by is among the options. */
    public static StunnelPeer serverWithoutCertificate(String target, String... options) {
        return start("no", null, "connect = " + target, options);
    }

    /** Accepts plaintext and connects to a TLS target; what it is known by is among the options. */
    public static StunnelPeer clientWithoutCertificate(String target, String... options) {
        return start("yes", null, "connect = " + target, options);
    }

    /** Writes what verifies a peer by its stored certificate, and returns the options that use it. */
    public static String[] trusting(TestCertificate peer, Path directory) {
        Path file = peer.writeTo(directory, "trusted").certificate();
        return new String[] {"CAfile = " + file, "verifyPeer = yes"};
    }

    private static StunnelPeer start(String client, @Nullable TestCertificate identity, String end, String... options) {
        Path directory = Directories.temporary("ferrule-stunnel");
        int port = Ports.free();
        List<String> config = new ArrayList<>(List.of(
                "foreground = yes",
                "pid =",
                "debug = info",
                "syslog = no",
                "[tunnel]",
                "client = " + client,
                "accept = 127.0.0.1:" + port,
                end));
        if (identity != null) {
            KeyFiles files = identity.writeTo(directory, "stunnel");
            config.add("cert = " + files.certificate());
            config.add("key = " + files.key());
        }
        config.addAll(List.of(options));
        try {
            Path file = Files.write(directory.resolve("stunnel.conf"), config);
            Subprocess process = Subprocess.start("stunnel", directory, List.of(binary().toString(), file.toString()));
            process.awaitLine("Configuration successful", Duration.ofSeconds(10));
            return new StunnelPeer(directory, port, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program itself. */
    public static Path binary() {
        return CommandResult.find("stunnel4")
                .or(() -> CommandResult.find("stunnel"))
                .orElseThrow(() -> new IllegalStateException("stunnel is not installed; mark the test @NeedsCommand"));
    }

    public int port() {
        return port;
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public String log() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
        Directories.delete(directory);
    }
}
