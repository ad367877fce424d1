package io.ferrule.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.Leg;
import io.ferrule.observe.Ending.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpiryGaugesTest {
    private final PrometheusText text = new PrometheusText();
    private final List<Ending> endings = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @BeforeEach
    void watch() {
        text.beforeEach(new ExpiryGauges(text.registry(), () -> endings, () -> now)::refresh);
    }

    @AfterEach
    void close() {
        text.close();
    }

    @Test
    void countsDownAndBelowZero() {
        add("a", Kind.OWN, 3600);
        assertThat(series()).containsExactly(series("own", "a") + "3600.0");
        now = now.plus(Duration.ofHours(2));
        assertThat(series()).containsExactly(series("own", "a") + "-3600.0");
    }

    @Test
    void soonestOfAKindCounts() {
        add("a", Kind.CA, 50);
        add("a", Kind.CA, 40);
        add("a", Kind.CA, 60);
        add("a", Kind.CRL, 70);
        assertThat(series()).containsExactly(series("ca", "a") + "40.0", series("crl", "a") + "70.0");
    }

    @Test
    void seriesFollowWhatThereIs() {
        add("a", Kind.OWN, 10);
        add("b", Kind.OWN, 20);
        assertThat(series()).hasSize(2);
        endings.clear();
        add("b", Kind.OWN, 99);
        assertThat(series()).containsExactly(series("own", "b") + "99.0");
        add("a", Kind.OWN, 30);
        assertThat(series()).containsExactly(series("own", "a") + "30.0", series("own", "b") + "99.0");
    }

    private void add(String tunnel, Kind kind, long seconds) {
        endings.add(new Ending(tunnel, Leg.ACCEPT, kind, "CN=" + seconds, null, now.plusSeconds(seconds)));
    }

    private static String series(String kind, String tunnel) {
        return "ferrule_certificate_expiry_seconds{certificate=\"" + kind + "\",leg=\"accept\",tunnel=\"" + tunnel
                + "\"} ";
    }

    private Stream<String> series() {
        return text.scrape(null).text().lines().filter(l -> !l.startsWith("#")).sorted();
    }
}
