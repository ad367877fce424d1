package io.ferrule.bench.load;

import org.HdrHistogram.Histogram;

/** Latencies of an open loop in microseconds, from the time a request was due, not from the time it was sent. */
public record Latencies(double p50Micros, double p99Micros, double p999Micros, long requests) {
    static Latencies of(Histogram nanos) {
        return new Latencies(
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getValueAtPercentile(99.9) / 1e3,
                nanos.getTotalCount());
    }
}
