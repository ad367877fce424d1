package io.ferrule.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUnderTestTest {
    @ParameterizedTest
    @ValueSource(strings = {"auto", "embedded"})
    void redisAnswersAndComesBackEmptyOnTheSamePortAfterBeingKilled(String choice) throws IOException {
        try (RedisUnderTest redis = RedisUnderTest.start(choice)) {
            try (Peer client = Peer.plain(redis.port())) {
                assertThat(client.send("SET k v\r\n").receive(5)).isEqualTo("+OK\r\n");
                redis.kill();
                assertThat(client.awaitEnd(Duration.ofSeconds(5))).isNotEqualTo(Peer.End.STILL_OPEN);
            }
            redis.restart();
            try (Peer client = Peer.plain(redis.port())) {
                assertThat(client.send("GET k\r\n").receive(5)).isEqualTo("$-1\r\n");
            }
        }
    }

    @Test
    @NeedsDocker("redis")
    void redisInAContainerAnswersAndComesBackOnTheSamePort() throws IOException {
        try (RedisUnderTest redis = RedisUnderTest.start("docker")) {
            redis.kill();
            redis.restart();
            try (Peer client = Peer.plain(redis.port())) {
                assertThat(client.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
            }
        }
    }

    @Test
    void unknownChoiceIsRefused() {
        assertThatThrownBy(() -> RedisUnderTest.start("somewhere")).hasMessageContaining("test.redis=somewhere");
    }
}
