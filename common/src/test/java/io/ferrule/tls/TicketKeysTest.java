package io.ferrule.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TicketKeysTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final TicketKeys keys = TicketKeys.ofThisProcess(Duration.ofNanos(100), new SecureRandom(), now::get);

    @Test
    void aKeySealsForHalfALifetimeAndOpensForAWholeOne() {
        byte[] first = keys.current().keys().get(0);
        now.addAndGet(49);
        assertThat(keys.current().keys()).containsExactly(first);

        now.addAndGet(30); // late: nobody came at 50
        List<byte[]> later = keys.current().keys();
        assertThat(later).hasSize(2);
        assertThat(later.get(0)).isNotEqualTo(first);
        assertThat(later.get(1)).isEqualTo(first);

        now.addAndGet(21); // 100 after the first was made
        List<byte[]> latest = keys.current().keys();
        assertThat(latest).hasSize(2).doesNotContain(first);
        assertThat(latest.get(1)).isEqualTo(later.get(0));
    }

    @Test
    void afterALongSilenceNoKeyIsLeftOfBefore() {
        byte[] first = keys.current().keys().get(0);
        now.addAndGet(1_000);
        assertThat(keys.current().keys()).hasSize(1).doesNotContain(first);
    }

    @Test
    void theVersionChangesWithTheKeysAndOnlyThen() {
        long version = keys.current().version();
        assertThat(keys.current().version()).isEqualTo(version);
        now.addAndGet(50);
        assertThat(keys.current().version()).isNotEqualTo(version);
    }

    @Test
    void givenKeysStayUntilTheyAreReplaced() {
        byte[] given = new byte[TicketKeys.KEY_BYTES];
        given[0] = 1;
        keys.replace(List.of(given));
        now.addAndGet(1_000);
        assertThat(keys.current().keys()).containsExactly(given);

        keys.replace(List.of());
        assertThat(keys.current().keys()).hasSize(1).doesNotContain(given);
        assertThatIllegalArgumentException().isThrownBy(() -> keys.replace(List.of(new byte[47])));
    }
}
