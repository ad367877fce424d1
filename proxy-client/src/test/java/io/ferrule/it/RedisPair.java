package io.ferrule.it;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.RedisUnderTest;
import io.ferrule.testing.Subprocess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A pair in front of a Redis of its own. */
final class RedisPair implements AutoCloseable {
    private final RedisUnderTest redis = RedisUnderTest.start();
    private final Pair pair;

    RedisPair() {
        try {
            this.pair = Pair.before(redis.address());
        } catch (RuntimeException | AssertionError e) {
            redis.close();
            throw e;
        }
    }

    /** Where applications connect. */
    int port() {
        return pair.port();
    }

    Pair pair() {
        return pair;
    }

    RedisUnderTest redis() {
        return redis;
    }

    /** What redis-cli prints for a command that goes through the pair. */
    String cli(String... command) {
        return cli(new byte[0], command);
    }

    /** The same with something on its stdin. */
    String cli(byte[] stdin, String... command) {
        return CommandResult.of(Duration.ofMinutes(1), cliCommand(command), stdin)
                .orFail();
    }

    /** A redis-cli that goes on, such as a subscriber. */
    Subprocess startCli(String... command) {
        return Subprocess.start("redis-cli", new ProcessBuilder(cliCommand(command)));
    }

    List<String> cliCommand(String... command) {
        List<String> all = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port())));
        all.addAll(List.of(command));
        return all;
    }

    @Override
    public void close() {
        try (redis) {
            pair.close();
        }
    }
}
