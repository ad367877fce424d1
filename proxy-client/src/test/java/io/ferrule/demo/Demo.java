package io.ferrule.demo;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.Directories;
import io.ferrule.testing.Program;
import io.ferrule.testing.RedisUnderTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Talks to a real Redis through both programs, and shows that a server with the wrong key is refused. */
public final class Demo {
    private static final String PIN = "sha256/[A-Za-z0-9+/]{43}=";
    private static final String WRONG_PIN = "sha256/" + "A".repeat(43) + "=";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Path directory;

    private Demo(Path directory) {
        this.directory = directory;
    }

    /** Ends normally if everything went as it should, and throws what went wrong. */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("it.leakDetection", "simple");
        Path directory = Directories.temporary("ferrule-demo");
        try {
            new Demo(directory).run();
        } catch (Exception | AssertionError e) {
            say("FAILED: " + e.getMessage());
            throw e;
        } finally {
            Directories.delete(directory);
        }
    }

    private void run() throws Exception {
        try (RedisUnderTest redis = RedisUnderTest.start();
                Program server = startServer(redis)) {
            String pin = server.process().awaitLine(PIN, LIMIT).group();
            say("proxy-server  " + server.address() + " (TLS)  ->  Redis " + redis.address()
                    + ", with a certificate made just now");
            say("              pin " + pin);
            try (Program client = startClient(server, pin)) {
                say("proxy-client  " + client.address() + "  ->  " + server.address() + ", trusting that pin alone");
                talk(client);
                showNumbers(server);
                showRefusal(server);
                keepIfAsked(client);
            }
        }
        say("everything was as it should be");
    }

    private Program startServer(RedisUnderTest redis) {
        return Program.server(
                directory,
                "--target",
                redis.address(),
                "--access",
                "anyone",
                "--state-directory",
                directory.resolve("state").toString());
    }

    private Program startClient(Program server, String pin) {
        return Program.client(directory, "--target", server.address(), "--pin", pin);
    }

    private static void talk(Program client) {
        byte[] key = "large".getBytes(StandardCharsets.US_ASCII);
        byte[] value = Bytes.random(32 << 20, System.nanoTime());
        try (Jedis jedis = new Jedis("127.0.0.1", client.port(), (int) LIMIT.toMillis())) {
            say("> PING                      " + jedis.ping());
            say("> SET greeting hello        " + jedis.set("greeting", "hello"));
            say("> GET greeting              " + jedis.get("greeting"));
            long begin = System.nanoTime();
            say("> SET large (32 MiB)        " + jedis.set(key, value));
            Bytes back = Bytes.of(jedis.get(key));
            say("> GET large                 " + (back.length() >> 20) + " MiB back in "
                    + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms, SHA-256 "
                    + back.sha256().substring(0, 16) + "...");
            require(back.equals(Bytes.of(value)), "the large value came back changed");
        }
    }

    private static void showNumbers(Program server) throws IOException {
        say("the server counted (http://127.0.0.1:" + server.adminPort() + "/metrics):");
        List<String> shown = List.of("ferrule_connections_opened", "ferrule_traffic_bytes", "ferrule_handshakes_total");
        server.page("/metrics")
                .lines()
                .filter(line -> shown.stream().anyMatch(line::startsWith))
                .limit(6)
                .forEach(line -> say("  " + line));
    }

    private void showRefusal(Program server) {
        try (Program mistaken = startClient(server, WRONG_PIN)) {
            String answer = pingOrRefusal(mistaken);
            require(answer.isEmpty(), "a client with the wrong pin was served: " + answer);
            say("a client with the wrong pin is refused, and says:");
            mistaken.process().awaitLine("certificate 0 is the one", LIMIT);
            mistaken.process().lines().stream()
                    .dropWhile(line -> !line.contains("handshakeFailure=pin_mismatch"))
                    .limit(4)
                    .forEach(line -> say("  " + line));
        }
    }

    /** The answer; empty if the connection was refused, which may already happen while Jedis greets the server. */
    private static String pingOrRefusal(Program client) {
        try (Jedis jedis = new Jedis("127.0.0.1", client.port(), (int) LIMIT.toMillis())) {
            return jedis.ping();
        } catch (JedisException refused) {
            return "";
        }
    }

    private static void keepIfAsked(Program client) throws InterruptedException {
        if (Boolean.getBoolean("demo.keep")) {
            say("it goes on until Ctrl-C; try it: redis-cli -p " + client.port() + " PING");
            new CountDownLatch(1).await();
        }
    }

    private static void require(boolean claim, String otherwise) {
        if (!claim) {
            throw new AssertionError(otherwise);
        }
    }

    private static void say(String line) {
        System.out.println("[demo] " + line);
    }
}
