package io.ferrule.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ferrule.connection.Leg;
import io.ferrule.observe.Ending.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class ExpiryWatchTest {
    private static final Duration MONTH = Duration.ofDays(30);

    private final Logger logger = (Logger) LoggerFactory.getLogger(ExpiryWatch.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Ending> endings = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final ExpiryWatch watch = new ExpiryWatch(() -> endings, MONTH, () -> now);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @Test
    void whatEndsWithinTheTimeIsWarnedOfOnceADay() {
        add(Kind.OWN, "CN=soon", Duration.ofDays(29));
        add(Kind.OWN, "CN=later", Duration.ofDays(31));
        watch.look();
        assertThat(warned()).containsExactly("CN=soon");
        for (int hour = 0; hour < 48; hour++) {
            now = now.plus(ExpiryWatch.EVERY);
            watch.look();
        }
        assertThat(warned()).containsExactly("CN=soon", "CN=soon", "CN=later", "CN=soon");
    }

    @Test
    void newThingIsWarnedOfAtTheNextLook() {
        add(Kind.OWN, "CN=old", Duration.ofDays(1));
        watch.look();
        endings.clear();
        add(Kind.OWN, "CN=new", Duration.ofDays(2));
        watch.look();
        watch.look();
        assertThat(warned()).containsExactly("CN=old", "CN=new");
    }

    @ParameterizedTest
    @EnumSource
    void endAheadAndEndPastHaveSentencesOfTheirOwn(Kind kind) {
        add(kind, "it", Duration.ofHours(30));
        watch.look();
        now = now.plus(Duration.ofDays(3));
        watch.look();
        assertThat(log.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
        assertThat(log.list).extracting(ILoggingEvent::getMessage).containsExactly(kind.soon(), kind.over());
        assertThat(values("daysLeft")).containsExactly("1", "-1");
    }

    @Test
    void floodIsBoundedAndCounted() {
        for (int i = 0; i < 500; i++) {
            add(Kind.INVITED, "client-" + i, Duration.ofMinutes(i));
        }
        watch.look();
        watch.look();
        assertThat(log.list).hasSize(21);
        assertThat(warned()).startsWith("client-0", "client-1").hasSize(20);
        assertThat(values("count")).containsExactly("480");
        now = now.plus(Duration.ofDays(1));
        watch.look();
        assertThat(log.list).hasSize(42);
    }

    @Test
    void changesWithinADayShareItsLines() {
        for (int i = 0; i < 100; i++) {
            endings.clear();
            add(Kind.OWN, "CN=" + i, Duration.ofHours(1));
            watch.look();
        }
        assertThat(warned()).hasSize(20);
    }

    @Test
    void zeroWarnsOfNothing() {
        add(Kind.OWN, "CN=past", Duration.ofDays(-1));
        new ExpiryWatch(() -> endings, Duration.ZERO, () -> now).look();
        assertThat(log.list).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "P7D,   P3D,  false", // a revocation list of a week
        "P7D,   PT40H, true",
        "PT24H, PT7H, false",
        "PT24H, PT5H, true",
        "P59D,  P20D, false",
        "P60D,  P29D, true",
        "P365D, P29D, true"
    })
    void shortLivedIsWarnedOfInItsLastQuarter(Duration life, Duration left, boolean near) {
        Instant end = now.plus(left);
        Ending ending = new Ending("t", Leg.ACCEPT, Kind.CRL, "CN=a", end.minus(life), end);
        assertThat(ending.near(now, MONTH)).isEqualTo(near);
    }

    @Test
    void linesAreSoonestFirstAndBounded() {
        add(Kind.CA, "CN=b", Duration.ofDays(40));
        add(Kind.OWN, "CN=a", Duration.ofHours(-30));
        add(Kind.CRL, "CN=c", Duration.ofDays(50));
        assertThat(watch.lines(2))
                .containsExactly(
                        "redis: own certificate CN=a: ENDED 30 hours ago (2026-02-28)",
                        "redis: CA certificate CN=b: 40 days left (2026-04-10)",
                        "and 1 more that end later");
    }

    private void add(Kind kind, String what, Duration left) {
        endings.add(new Ending("redis", Leg.ACCEPT, kind, what, null, now.plus(left)));
    }

    private List<String> warned() {
        return values("which");
    }

    private List<String> values(String key) {
        return log.list.stream()
                .map(event -> value(event, key))
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    private static @Nullable String value(ILoggingEvent event, String key) {
        return event.getKeyValuePairs().stream()
                .filter(pair -> pair.key.equals(key))
                .map(pair -> String.valueOf(pair.value))
                .findFirst()
                .orElse(null);
    }
}
