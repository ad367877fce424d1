package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalBackoffTest {
    private final AtomicLong now = new AtomicLong(-5);
    private double chance = 1;
    private final RefusalBackoff backoff = new RefusalBackoff(now::get, () -> chance);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /** One that waits for its turn and is refused; how long the next has to wait. */
    private Duration tryInVain() {
        pass(backoff.turn());
        assertThat(backoff.turn()).isZero();
        backoff.refused();
        return backoff.turn();
    }

    @Test
    void aServerThatHasRefusedNobodyIsConnectedToAtOnce() {
        assertThat(backoff.turn()).isZero();
        assertThat(backoff.turn()).isZero();
    }

    @Test
    void eachRefusalDoublesTheWaitUpToFiveSeconds() {
        long[] expected = {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000};
        for (long millis : expected) {
            assertThat(tryInVain()).isEqualTo(Duration.ofMillis(millis));
        }
    }

    @Test
    void aServerThatRefusesForDaysIsNotWaitedForLonger() {
        for (int i = 0; i < 100_000; i++) {
            tryInVain();
        }
        assertThat(backoff.turn()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void connectionsThatWereOnTheirWayTogetherCountAsOne() {
        for (int i = 0; i < 50; i++) {
            backoff.refused();
        }
        assertThat(backoff.turn()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void ofManyThatWaitOneMayTry() {
        backoff.refused();
        pass(Duration.ofMillis(60));
        assertThat(backoff.turn()).isEqualTo(Duration.ofMillis(40));
        pass(Duration.ofMillis(60));
        assertThat(backoff.turn()).isZero();
        assertThat(backoff.turn()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void chanceShortensTheWaitByAQuarterAtMost() {
        chance = 0;
        backoff.refused();
        assertThat(backoff.turn()).isEqualTo(Duration.ofMillis(75));
    }

    @Test
    void anAcceptedConnectionEndsTheWait() {
        tryInVain();
        tryInVain();
        backoff.accepted();
        assertThat(backoff.turn()).isZero();
        assertThat(backoff.turn()).isZero();
        assertThat(tryInVain()).isEqualTo(Duration.ofMillis(100));
    }
}
