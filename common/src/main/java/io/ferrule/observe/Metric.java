package io.ferrule.observe;

import static io.ferrule.observe.MetricTag.CERTIFICATE;
import static io.ferrule.observe.MetricTag.DIRECTION;
import static io.ferrule.observe.MetricTag.GROUP;
import static io.ferrule.observe.MetricTag.JAVA;
import static io.ferrule.observe.MetricTag.LEG;
import static io.ferrule.observe.MetricTag.LOOP;
import static io.ferrule.observe.MetricTag.MEMORY;
import static io.ferrule.observe.MetricTag.NETTY;
import static io.ferrule.observe.MetricTag.OUTCOME;
import static io.ferrule.observe.MetricTag.REASON;
import static io.ferrule.observe.MetricTag.RESUMED;
import static io.ferrule.observe.MetricTag.TLS;
import static io.ferrule.observe.MetricTag.TRANSPORT;
import static io.ferrule.observe.MetricTag.TUNNEL;
import static io.ferrule.observe.MetricTag.VERSION;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Every meter of Ferrule's own. Nothing registers another way, so a name always has the same unit and the same tags. */
public enum Metric {
    CONNECTIONS_OPEN(Kind.GAUGE, "connections.open", "", "connections open now", TUNNEL),
    CONNECTIONS_LIMIT(Kind.GAUGE, "connections.limit", "", "connections that may be open at once", TUNNEL),
    CONNECTIONS_OPENED(Kind.COUNTER, "connections.opened", "", "connections accepted", TUNNEL),
    CONNECTIONS_CLOSED(Kind.COUNTER, "connections.closed", "", "connections ended, by reason", TUNNEL, REASON),
    CONNECTION_LIFETIME(
            "connection.lifetime",
            buckets(0.1, 1, 10, 60, 300, 1_800, 3_600, 21_600, 86_400, 604_800),
            "from accept to the end of both legs",
            TUNNEL),
    TRAFFIC(Kind.COUNTER, "traffic", "bytes", "plaintext carried, by direction", TUNNEL, DIRECTION),
    READS_PAUSED(
            Kind.COUNTER,
            "reads.paused",
            "",
            "times the peer of this leg was no longer read because the other one did not keep up",
            TUNNEL,
            LEG),
    ACCEPTS_PAUSED(
            Kind.COUNTER,
            "accepts.paused",
            "",
            "times the listener took no connections for a moment because the process was out of a resource",
            TUNNEL),
    CONNECT_DURATION(
            "connect.duration",
            buckets(0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1, 5),
            "until the transport connection to the target stood; failed ones are not counted",
            TUNNEL),
    HANDSHAKE_DURATION(
            "handshake.duration",
            buckets(0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            "of TLS handshakes that succeeded",
            TUNNEL,
            LEG),
    HANDSHAKES(
            Kind.COUNTER,
            "handshakes",
            "",
            "TLS handshakes that succeeded, by what they agreed on",
            TUNNEL,
            LEG,
            VERSION,
            GROUP,
            RESUMED),
    HANDSHAKE_FAILURES(
            Kind.COUNTER,
            "handshake.failures",
            "",
            "TLS handshakes that failed or whose peer was refused, by reason",
            TUNNEL,
            LEG,
            REASON),
    NEXT_PIN_SEEN(
            Kind.COUNTER,
            "next.pin.seen",
            "",
            "handshakes in which the server showed a key that was announced as its next one",
            TUNNEL),
    CERTIFICATE_EXPIRY(
            Kind.GAUGE,
            "certificate.expiry",
            "seconds",
            "until the soonest of these ends; negative once it has",
            TUNNEL,
            LEG,
            CERTIFICATE),
    RELOADS(Kind.COUNTER, "reloads", "", "reloads of the configuration, by whether they could be made", OUTCOME),
    RELOAD_LAST_SUCCESS(
            Kind.GAUGE,
            "reload.last.success",
            "seconds",
            "when the configuration in force was read, in seconds since 1970"),
    RELOAD_FAILED(
            Kind.GAUGE,
            "reload.failed",
            "",
            "1 while the last reload has failed, so that what runs is not what the files say; else 0"),
    EVENT_LOOP_TASKS(Kind.GAUGE, "event.loop.tasks", "", "tasks waiting for the event loop", LOOP),
    BUFFERS(Kind.GAUGE, "buffers", "bytes", "memory that Netty's buffer allocator holds", MEMORY),
    BUILD_INFO(
            Kind.GAUGE,
            "build.info",
            "",
            "always 1; the tags say what is running",
            VERSION,
            JAVA,
            NETTY,
            TLS,
            TRANSPORT);

    private static final String PREFIX = "ferrule.";

    /** How a meter is read. */
    public enum Kind {
        /** Only grows. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** Durations, counted by bucket. */
        HISTOGRAM
    }

    private final Kind kind;
    private final String meterName;
    private final String unit;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
    private final List<Duration> buckets;

    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
    private final List<MetricTag> tags;

    Metric(Kind kind, String name, String unit, String description, MetricTag... tags) {
        this(kind, name, unit, List.of(), description, tags);
    }

    Metric(String name, List<Duration> buckets, String description, MetricTag... tags) {
        this(Kind.HISTOGRAM, name, "seconds", buckets, description, tags);
    }

    Metric(Kind kind, String name, String unit, List<Duration> buckets, String description, MetricTag... tags) {
        this.kind = kind;
        this.meterName = PREFIX + name;
        this.unit = unit;
        this.buckets = buckets;
        this.description = description;
        this.tags = List.of(tags);
    }

    /** The counter with these tag values, in the order of {@link #tags}; the same one every time. */
    public Counter counter(MeterRegistry registry, String... values) {
        return Counter.builder(meterName)
                .description(description)
                .baseUnit(baseUnit())
                .tags(tagged(Kind.COUNTER, values))
                .register(registry);
    }

    /** The histogram of durations with these tag values, in the order of {@link #tags}; the same one every time. */
    public Timer timer(MeterRegistry registry, String... values) {
        return Timer.builder(meterName)
                .description(description)
                .serviceLevelObjectives(buckets.toArray(Duration[]::new))
                .tags(tagged(Kind.HISTOGRAM, values))
                .register(registry);
    }

    /** Shows what {@code value} gives at each scrape, in base units; the first registration with given tag values counts. */
    public Gauge gauge(MeterRegistry registry, Supplier<Number> value, String... values) {
        return Gauge.builder(meterName, value)
                .description(description)
                .baseUnit(baseUnit())
                .tags(tagged(Kind.GAUGE, values))
                .register(registry);
    }

    public Kind kind() {
        return kind;
    }

    /** Micrometer's name, with dots. */
    public String meterName() {
        return meterName;
    }

    /** The base unit; empty for plain numbers. */
    public String unit() {
        return unit;
    }

    /** What is counted or measured; the manual's table is made of these. */
    public String description() {
        return description;
    }

    public List<MetricTag> tags() {
        return tags;
    }

    // Micrometer takes an empty unit for one.
    private @Nullable String baseUnit() {
        return unit.isEmpty() ? null : unit;
    }

    private Tags tagged(Kind asked, String[] values) {
        if (asked != kind || values.length != tags.size()) {
            throw new IllegalArgumentException(
                    this + " is a " + kind + " with " + tags + ", not a " + asked + " with " + Arrays.toString(values));
        }
        List<Tag> pairs = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            pairs.add(Tag.of(tags.get(i).key(), values[i]));
        }
        return Tags.of(pairs);
    }

    private static List<Duration> buckets(double... seconds) {
        return DoubleStream.of(seconds)
                .mapToObj(s -> Duration.ofNanos(Math.round(s * 1e9)))
                .toList();
    }
}
