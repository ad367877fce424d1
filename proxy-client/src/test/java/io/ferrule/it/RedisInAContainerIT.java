package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.NeedsDocker;
import io.ferrule.testing.Peer;
import io.ferrule.testing.RedisUnderTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The pair in front of a Redis that lives in a container, where there is an engine. */
@NeedsDocker("redis")
class RedisInAContainerIT {
    @Test
    void pingIsAnswered() throws IOException {
        try (RedisUnderTest redis = RedisUnderTest.start("docker");
                Pair pair = Pair.before(redis.address());
                Peer peer = Peer.plain(pair.port())) {
            assertThat(peer.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
        }
    }
}
