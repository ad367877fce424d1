package io.ferrule.bench;

import io.ferrule.bench.report.Metric;
import java.util.LinkedHashMap;
import java.util.Map;

/** The figures of one sample; the first of them decides. One thread. */
final class Measured {
    private final Map<Metric, Double> values = new LinkedHashMap<>();

    Measured with(Metric metric, double value) {
        values.put(metric, value);
        return this;
    }

    Map<Metric, Double> values() {
        return values;
    }

    double first() {
        return values.values().iterator().next();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach((metric, value) -> text.append(text.isEmpty() ? "" : ", ")
                .append(value >= 1000 ? "%.0f".formatted(value) : "%.3g".formatted(value))
                .append(' ')
                .append(metric.unit()));
        return text.toString();
    }
}
