package io.ferrule.dist.image;

import io.ferrule.testing.TestImages;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of a pod with a Redis on its 127.0.0.1:6379 that nobody beyond it reaches, and with the default ports of both
 * programs published on this machine's 127.0.0.1.
 */
final class RedisPod implements AutoCloseable {
    private final Container network = Container.start(
            List.of(
                    "--publish=127.0.0.1::46379",
                    "--publish=127.0.0.1::56379",
                    // Without it a connection to Redis may go out from the very port that a program is to listen on.
                    "--sysctl=net.ipv4.ip_local_reserved_ports=46379-46380,56379"),
            TestImages.redis(),
            "sleep",
            "infinity");
    private final Container redis = Container.start(
            List.of("--network=" + network.reference()),
            TestImages.redis(),
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--save",
            "");

    RedisPod() {
        redis.awaitLog("eady to accept connections");
    }

    /** Starts one of our programs in it, confined. */
    Container start(List<String> options, String... command) {
        List<String> all = new ArrayList<>(Container.CONFINED);
        all.add("--network=" + network.reference());
        all.addAll(options);
        return Container.start(all, FerruleImage.name(), command);
    }

    int serverPort() {
        return network.port(46379);
    }

    int clientPort() {
        return network.port(56379);
    }

    void stopRedis() {
        redis.stop();
    }

    @Override
    public void close() {
        redis.close();
        network.close();
    }
}
