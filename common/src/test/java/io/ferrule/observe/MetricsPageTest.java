package io.ferrule.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.Leg;
import io.ferrule.testing.GeneratedDoc;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds the table of meters, the manual's page and a real scrape against each other. */
class MetricsPageTest {
    private final PrometheusText text = new PrometheusText();
    private final ProcessMetrics process =
            new ProcessMetrics(text.registry(), Build.running("1.2.3", "4.2.1", "BoringSSL", "epoll"));
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final InstantSource clock = () -> now;
    private List<Ending> endings = List.of();

    @BeforeEach
    void letEveryMeterHappen() {
        process.watchJvm();
        process.watch(loops);
        process.watch(PooledByteBufAllocator.DEFAULT);
        Instant end = now.plus(Duration.ofHours(1));
        endings = List.of(new Ending("redis", Leg.ACCEPT, Ending.Kind.OWN, "CN=a", null, end));
        text.beforeEach(new ExpiryGauges(text.registry(), () -> endings, clock)::refresh);
        text.scrape(null);
        var metrics = new ConnectionMetrics(text.registry(), List.of(Samples.serverTunnel("redis")));
        ConnectionFacts facts = Samples.facts(1, "redis");
        metrics.opened(facts);
        metrics.secured(facts, Leg.ACCEPT, Samples.session(false), Duration.ofMillis(1));
        metrics.secured(facts, Leg.CONNECT, Samples.session(true), Duration.ofMillis(1));
        metrics.closed(Samples.ended("redis", CloseReason.CLIENT_CLOSED));
        new NextPinWatch(text.registry(), Clock.systemUTC()).watch(List.of(Samples.clientTunnel("orders")));
        new ReloadMetrics(text.registry(), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        process.close();
        text.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void manualNamesEveryMetric() throws Exception {
        GeneratedDoc.check("metrics.md", page());
    }

    @Test
    void everyMetricOfTheTableIsScrapedWithItsHelp() {
        for (Metric metric : Metric.values()) {
            assertThat(scrape().lines())
                    .anyMatch(l -> l.startsWith("# HELP " + prometheusName(metric) + " " + metric.description()));
        }
    }

    @Test
    void nothingIsScrapedThatTheManualDoesNotName() {
        List<String> named = Arrays.stream(Metric.values())
                .map(MetricsPageTest::prometheusName)
                .collect(Collectors.toList());
        ProcessMetrics.BINDERS.forEach(b -> named.add(b.prefix()));
        assertThat(scrape().lines().filter(l -> !l.startsWith("#")))
                .allMatch(l -> named.stream().anyMatch(l::startsWith));
    }

    @Test
    void everyFamilyOfTheManualIsScraped() {
        for (ProcessMetrics.Family family : ProcessMetrics.BINDERS) {
            assertThat(scrape().lines()).anyMatch(l -> l.startsWith(family.prefix()));
        }
    }

    @Test
    void sameNameAlwaysHasTheSameTags() {
        Map<String, TreeSet<String>> keys = new HashMap<>();
        for (Meter meter : text.registry().getMeters()) {
            TreeSet<String> own = new TreeSet<>();
            meter.getId().getTags().stream().map(Tag::getKey).forEach(own::add);
            assertThat(own).isEqualTo(keys.computeIfAbsent(meter.getId().getName(), n -> own));
        }
        for (Metric metric : Metric.values()) {
            assertThat(keys.get(metric.meterName()))
                    .containsExactlyInAnyOrderElementsOf(
                            metric.tags().stream().map(MetricTag::key).toList());
        }
    }

    @Test
    void buildInformationNamesWhatRuns() {
        assertThat(scrape().lines())
                .anyMatch(l -> l.startsWith("ferrule_build_info{")
                        && l.contains("java=\"" + Runtime.version() + "\"")
                        && l.contains("netty=\"4.")
                        && l.contains("tls=\"BoringSSL\"")
                        && l.contains("transport=\"epoll\"")
                        && l.contains("version=\"1.2.3\"")
                        && l.endsWith("} 1"));
    }

    @Test
    void openMetricsIsGivenToWhomAsksForIt() {
        PrometheusText.Scrape scrape = text.scrape("application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.5");
        assertThat(scrape.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(scrape.text()).endsWith("# EOF\n");
        assertThat(text.scrape("*/*").contentType()).startsWith("text/plain; version=0.0.4");
    }

    private String scrape() {
        return text.scrape(null).text();
    }

    private static String prometheusName(Metric metric) {
        Meter.Type type =
                switch (metric.kind()) {
                    case COUNTER -> Meter.Type.COUNTER;
                    case GAUGE -> Meter.Type.GAUGE;
                    case HISTOGRAM -> Meter.Type.TIMER;
                };
        String unit = metric.unit().isEmpty() ? null : metric.unit();
        String name = new PrometheusNamingConvention().name(metric.meterName(), type, unit);
        // The suffixes that Prometheus keeps to itself come back in the text.
        String suffix =
                switch (metric.kind()) {
                    case COUNTER -> "_total";
                    case GAUGE -> metric.meterName().endsWith(".info") ? "_info" : "";
                    case HISTOGRAM -> "";
                };
        return name.endsWith(suffix) ? name : name + suffix;
    }

    private static String page() {
        String own = Arrays.stream(Metric.values())
                .map(m -> "| `%s` | %s | %s | %s | %s |\n"
                        .formatted(
                                prometheusName(m),
                                m.kind().name().toLowerCase(Locale.ROOT),
                                m.unit(),
                                m.tags().stream().map(MetricTag::key).collect(Collectors.joining(", ")),
                                m.description()))
                .collect(Collectors.joining());
        String tags = Arrays.stream(MetricTag.values())
                .map(t -> "| `%s` | %s |\n".formatted(t.key(), t.description()))
                .collect(Collectors.joining());
        String binders = ProcessMetrics.BINDERS.stream()
                .map(f -> "| `%s…` | %s |\n".formatted(f.prefix(), f.description()))
                .collect(Collectors.joining());
        return """
                # Metrics

                `/metrics` of the admin endpoint shows these to Prometheus. Every series of a tunnel stands at zero before its
                first event, but for `ferrule_handshakes_total`, whose tags are known only then. A histogram
                has `_bucket`, `_count`, `_sum` and, over the last minutes, `_max`.

                | name | kind | unit | tags | what |
                |---|---|---|---|---|
                %s
                ## Tags

                No tag is ever an address or a name out of a certificate.

                | tag | values |
                |---|---|
                %s
                ## The process

                Micrometer's own, by the beginning of their names.

                | names | what |
                |---|---|
                %s"""
                .formatted(own, tags, binders);
    }
}
