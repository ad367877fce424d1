package io.ferrule.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExchangeDeadlineTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    ExchangeDeadlineTest() {
        channel.freezeTime();
        channel.pipeline().addLast(new ExchangeDeadline(Duration.ofSeconds(10)));
        channel.pipeline().fireChannelActive();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void silentPeerIsClosedAtTheLimit() {
        pass(9_999);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void wholeRequestAndWholeAnswerEachBeginTheTimeAnew() {
        pass(9_000);
        channel.writeInbound("request");
        pass(9_000);
        channel.writeOutbound("answer");
        pass(9_000);
        assertThat(channel.isOpen()).isTrue();
        pass(1_000);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void closedConnectionLeavesNoTask() {
        channel.close().syncUninterruptibly();
        assertThat(channel.hasPendingTasks()).isFalse();
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
