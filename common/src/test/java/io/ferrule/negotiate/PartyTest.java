package io.ferrule.negotiate;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.Leg;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PartyTest {
    private final Party party = new Party(Leg.ACCEPT, false, Duration.ofMinutes(5), (level, text) -> {});
    private final EmbeddedChannel channel = new EmbeddedChannel(party);

    @Test
    void whatIsWaitedForAfterTheEndKeepsNothing() {
        party.stop();
        assertThat(party.line()).isNotDone();
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1); // no deadline that would keep the connection
    }
}
