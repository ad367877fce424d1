package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Peer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** It does nothing for two minutes, beside the other classes: Redis itself times the silence. */
@Execution(ExecutionMode.CONCURRENT)
class SilenceIT {
    private static final int SECONDS = Integer.getInteger("it.silence.seconds", 130);

    @Test
    void connectionIsStillThereAfterMinutesOfSilence() throws IOException {
        try (RedisPair redis = new RedisPair();
                Peer blocked = Peer.plain(redis.port())) {
            blocked.timeout(Duration.ofSeconds(SECONDS + 20L));
            blocked.send("BLPOP nothing " + SECONDS + "\r\n");
            assertThat(blocked.receive(5)).isEqualTo("*-1\r\n");
            assertThat(blocked.send("PING\r\n").receive(7)).isEqualTo("+PONG\r\n");
        }
    }
}
