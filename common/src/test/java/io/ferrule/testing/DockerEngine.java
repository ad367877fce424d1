package io.ferrule.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a Docker engine's socket itself whether it is there: Testcontainers' own question has taken minutes and thrown where
 * no engine was.
 */
public final class DockerEngine {
    private DockerEngine() {}

    /** Empty if an engine answers within two seconds; else why it cannot serve. */
    public static Optional<String> whyNot() {
        Path socket = socket();
        if (!Files.exists(socket)) {
            return Optional.of("no Docker engine: " + socket + " does not exist");
        }
        String ping = status(socket, "/_ping");
        return ping.contains(" 200 ")
                ? Optional.empty()
                : Optional.of("no Docker engine answers at " + socket + ": " + ping);
    }

    /** Empty if an engine answers and has this image; else why not. Nothing is pulled: that may take minutes. */
    public static Optional<String> whyNot(String image) {
        return whyNot().or(() -> {
            String answer = status(socket(), "/images/" + URLEncoder.encode(image, StandardCharsets.UTF_8) + "/json");
            return answer.contains(" 200 ")
                    ? Optional.empty()
                    : Optional.of("the Docker engine has no image " + image + ": docker pull " + image
                            + ", or eval \"$(.ci/base-images)\"");
        });
    }

    private static Path socket() {
        @Nullable String host = System.getenv("DOCKER_HOST");
        return Path.of(
                host != null && host.startsWith("unix://")
                        ? host.substring("unix://".length())
                        : "/var/run/docker.sock");
    }

    /** The status line of the answer, or what went wrong. */
    private static String status(Path socket, String path) {
        CompletableFuture<String> answer = OwnThread.supply(() -> ask(socket, path));
        try {
            return answer.get(2, TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            return "no answer within 2 s";
        } catch (ExecutionException failed) {
            return String.valueOf(failed.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static String ask(Path socket, String path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(
                    ("GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            byte[] head = Channels.newInputStream(channel).readNBytes(64);
            return new String(head, StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("an empty answer");
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
