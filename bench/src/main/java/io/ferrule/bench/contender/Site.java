package io.ferrule.bench.contender;

import io.ferrule.bench.load.Endpoint;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A folder with certificates and configurations, and the Redis that every contender forwards to. */
public final class Site implements AutoCloseable {
    /** Ports below the range that outgoing connections take theirs from. */
    private static final int LEAST_PORT = 20_000;

    private static final int PORTS = 12_000;

    private final Path folder;
    /** A place of their own, since Ferrule watches it: in that of the logs each line would wake it. */
    private final Path certificates;

    private final ProcessTree tree;
    private final Random random = new Random();
    private final int redisPort;
    private final Running redis;
    private int started;

    public Site() throws IOException {
        this.folder = Files.createTempDirectory("ferrule-bench");
        this.certificates = Files.createDirectory(folder.resolve("certificates"));
        this.tree = new ProcessTree();
        try {
            certificate("ec", "ec", "ec_paramgen_curve:P-256");
            certificate("rsa", "rsa", "rsa_keygen_bits:2048");
            Files.writeString(psk(), "bench:" + "5a".repeat(32) + "\n");
            ownersAlone(psk());
            this.redisPort = freePort();
            String server = Programs.find("redis-server")
                    .orElseThrow(() -> new IOException("redis-server is not installed: apt-get install redis-server"));
            this.redis = running(redisPort, false).with(folder.resolve("redis.log"), redisPort, redisCommand(server));
        } catch (IOException e) {
            delete();
            throw e;
        }
        try {
            redis.await();
        } catch (IOException e) {
            close();
            throw new IOException("redis-server does not start: " + e.getMessage(), e);
        }
    }

    private List<String> redisCommand(String server) {
        List<String> command = new ArrayList<>(List.of(server, "--bind", "127.0.0.1", "--save", ""));
        command.addAll(
                List.of("--port", "" + redisPort, "--unixsocket", redisSocket().toString()));
        command.addAll(List.of("--dir", folder.toString(), "--maxclients", "" + Math.min(12_000, openFiles() - 40)));
        // A subscriber that reads slowly is the proxy's to show, not Redis' to cut.
        command.addAll(List.of("--client-output-buffer-limit", "pubsub 0 0 0"));
        return command;
    }

    private void certificate(String name, String algorithm, String parameter) throws IOException {
        Path key = certificates.resolve(name + ".key");
        Path certificate = certificates.resolve(name + ".pem");
        Programs.output(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                algorithm,
                "-pkeyopt",
                parameter,
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=bench",
                "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:bench",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        Files.writeString(certificates.resolve(name + ".both"), Files.readString(certificate) + Files.readString(key));
        for (String secret : List.of(".key", ".both")) {
            ownersAlone(certificates.resolve(name + secret));
        }
    }

    private static void ownersAlone(Path path) throws IOException {
        File file = path.toFile();
        if (!file.setReadable(false, false) || !file.setReadable(true, true)) {
            throw new IOException("cannot make " + file + " its owner's alone");
        }
    }

    public Path certificate(Setup setup) {
        return certificates.resolve(setup.rsa() ? "rsa.pem" : "ec.pem");
    }

    Path key(Setup setup) {
        return certificates.resolve(setup.rsa() ? "rsa.key" : "ec.key");
    }

    /** Certificate and key in one file. */
    Path both(Setup setup) {
        return certificates.resolve(setup.rsa() ? "rsa.both" : "ec.both");
    }

    /** A pre-shared key, as stunnel reads it: {@code IDENTITY:HEX}. */
    Path psk() {
        return certificates.resolve("keys.psk");
    }

    public Endpoint redis() {
        return new Endpoint(redisPort, false);
    }

    Path redisSocket() {
        return folder.resolve("redis.sock");
    }

    /** Redis' address, each kind with this before it. */
    String target(Setup setup, String tcpPrefix, String unixPrefix) {
        return setup.unix() ? unixPrefix + redisSocket() : tcpPrefix + "127.0.0.1:" + redisPort;
    }

    /** Writes a configuration of a name that nobody else gets. */
    Path file(String name, String text) throws IOException {
        return Files.writeString(fresh(name), text);
    }

    /** A path of a name that nobody else gets, with nothing at it. */
    Path fresh(String name) {
        return folder.resolve(++started + "-" + name);
    }

    Path folder() {
        return folder;
    }

    Running running(int port, boolean tls) {
        return new Running(new Endpoint(port, tls), tree);
    }

    int freePort() throws IOException {
        for (int i = 0; i < 1000; i++) {
            int port = LEAST_PORT + random.nextInt(PORTS);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free port between " + LEAST_PORT + " and " + (LEAST_PORT + PORTS));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** How many files a process may have open here. */
    static int openFiles() {
        try {
            String limit = Programs.output("sh", "-c", "ulimit -Hn").strip();
            return limit.equals("unlimited") ? 1 << 20 : Math.min(1 << 20, Integer.parseInt(limit));
        } catch (IOException e) {
            return 1024;
        }
    }

    @Override
    public void close() throws IOException {
        redis.close();
        delete();
    }

    private void delete() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
