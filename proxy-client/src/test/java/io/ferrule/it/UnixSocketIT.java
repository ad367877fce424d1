package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.LeftOut;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.RedisUnderTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both plaintext legs on Unix sockets, so that nothing but the TLS port is on the network. */
class UnixSocketIT {
    @Test
    @NeedsCommand("redis-cli")
    void redisIsReachedFromSocketToSocket(@TempDir Path directory) {
        try (RedisUnderTest redis = RedisUnderTest.start()) {
            Path target = redis.unixSocket().orElseThrow(() -> LeftOut.skip("Unix sockets", "this Redis has none"));
            Path listen = directory.resolve("client.sock");
            try (Pair pair = Pair.before("unix:" + target, List.of(), List.of("--listen", "unix:" + listen))) {
                assertThat(pair.client().status("/readyz")).isEqualTo(200);
                assertThat(CommandResult.of("redis-cli", "-s", listen.toString(), "PING")
                                .orFail())
                        .isEqualTo("PONG");
            }
        }
    }
}
