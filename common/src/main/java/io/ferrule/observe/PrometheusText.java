package io.ferrule.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The process's one registry of meters, and its text for Prometheus. */
public final class PrometheusText implements AutoCloseable {
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    // Same name, other tags: better an exception in a test than a series that is silently missing.
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).throwExceptionOnRegistrationFailure();

    private volatile Runnable before = () -> {};

    /** All meters as text, with its content type. */
    public record Scrape(String contentType, String text) {}

    /** Where meters are registered. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Has {@code action} done before each reading, on the thread of the reader. */
    public void beforeEach(Runnable action) {
        before = action;
    }

    /**
     * Reads all meters. It walks every series, so call it on a thread that relays no bytes.
     *
     * @param accept the request's Accept header; OpenMetrics is given to whom it names, the plain format to all others
     */
    public Scrape scrape(@Nullable String accept) {
        before.run();
        boolean openMetrics =
                accept != null && accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text");
        String type = openMetrics ? OPEN_METRICS : PROMETHEUS;
        return new Scrape(type, registry.scrape(type));
    }

    @Override
    public void close() {
        registry.close();
    }
}
