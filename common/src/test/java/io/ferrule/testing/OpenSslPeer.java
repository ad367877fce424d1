package io.ferrule.testing;

import io.ferrule.config.KeyFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The {@code openssl} command as a TLS client or server; use with {@code @NeedsCommand("openssl")}. */
public final class OpenSslPeer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Subprocess process;
    private final Path directory;
    private final int port;

    private OpenSslPeer(Subprocess process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** {@code s_client} towards a port of 127.0.0.1, with further options such as {@code -tls1_2}. */
    public static OpenSslPeer client(int port, String... options) {
        Path directory = Directories.temporary("ferrule-openssl");
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        return new OpenSslPeer(Subprocess.start("openssl s_client", directory, command), directory, port);
    }

    /**
     * {@code s_server} that answers every line with the same line reversed ({@code -rev}); it ends the connection at the
     * line {@code CLOSE}.
     */
    public static OpenSslPeer reversingServer(TestCertificate identity, String... options) {
        Path directory = Directories.temporary("ferrule-openssl");
        KeyFiles files = identity.writeTo(directory, "server");
        int port = Ports.free();
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:" + port,
                "-cert",
                files.certificate().toString(),
                "-key",
                files.key().toString(),
                "-rev"));
        command.addAll(List.of(options));
        Subprocess process = Subprocess.start("openssl s_server", directory, command);
        process.awaitLine("ACCEPT", LIMIT);
        return new OpenSslPeer(process, directory, port);
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Types a line into s_client. */
    public OpenSslPeer type(String line) throws IOException {
        process.stdin().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.stdin().flush();
        return this;
    }

    /** Ends s_client's input; it then ends its connection. */
    public OpenSslPeer finish() throws IOException {
        process.stdin().close();
        return this;
    }

    /** Waits for a line in which the pattern is found. */
    public String awaitLine(String regex) {
        return process.awaitLine(regex, LIMIT).group();
    }

    public int awaitExit() {
        return process.awaitExit(LIMIT);
    }

    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
        Directories.delete(directory);
    }
}
