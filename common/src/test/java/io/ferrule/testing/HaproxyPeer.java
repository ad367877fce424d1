package io.ferrule.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The real HAProxy, in the foreground with one frontend and one server; use with {@code @NeedsCommand("haproxy")}. */
public final class HaproxyPeer implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Subprocess process;

    private HaproxyPeer(Path directory, int port, Subprocess process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /**
     * Passes connections on.
     *
     * @param bind what its own side does, such as {@code accept-proxy}
     * @param target where they go, with what is done there, such as {@code 127.0.0.1:1 send-proxy}
     * @param logged what it tells of each connection when that ends, in its log-format
     */
    public static HaproxyPeer start(String bind, String target, String logged) {
        Path directory = Directories.temporary("ferrule-haproxy");
        int port = Ports.free();
        List<String> config = List.of(
                "global",
                "  log stdout format raw local0 info",
                "defaults",
                "  mode tcp",
                "  log global",
                "  log-format " + '"' + logged + '"',
                "  timeout client 20s",
                "  timeout server 20s",
                "  timeout connect 5s",
                "frontend front",
                "  bind 127.0.0.1:" + port + " " + bind,
                "  default_backend back",
                "backend back",
                "  server one " + target,
                "");
        try {
            Path file = Files.write(directory.resolve("haproxy.cfg"), config);
            // A master in the foreground, which tells when its worker listens.
            Subprocess process =
                    Subprocess.start("haproxy", directory, List.of("haproxy", "-W", "-f", file.toString()));
            process.awaitLine("Loading success", Duration.ofSeconds(10));
            return new HaproxyPeer(directory, port, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Waits for a line of its log. */
    public String awaitLine(String regex) {
        return process.awaitLine(regex, Duration.ofSeconds(20)).group();
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
