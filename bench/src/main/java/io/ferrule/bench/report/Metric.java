package io.ferrule.bench.report;

/**
 * A figure that a case has.
 *
 * @param name short, of letters and digits
 * @param unit as tables show it
 * @param more whether more of it is better
 */
public record Metric(String name, String unit, boolean more) {
    public static final Metric CPU_OP = new Metric("cpu", "µs CPU/op", false);
    public static final Metric CPU_GB = new Metric("cpu", "s CPU/GB", false);
    public static final Metric CPU_CONNECTION = new Metric("cpu", "ms CPU/connection", false);
    public static final Metric RATE = new Metric("rate", "ops/s", true);
    public static final Metric GB = new Metric("speed", "GB/s", true);
    public static final Metric CONNECTIONS = new Metric("rate", "connections/s", true);
    public static final Metric P50 = new Metric("p50", "µs p50", false);
    public static final Metric P99 = new Metric("p99", "µs p99", false);
    public static final Metric P999 = new Metric("p999", "µs p99.9", false);
    public static final Metric PSS = new Metric("pss", "MiB PSS", false);
    public static final Metric RSS = new Metric("rss", "MiB RSS", false);
    public static final Metric KB_2000 = new Metric("kb2000", "kB/connection of 2,000", false);
    public static final Metric KB_9000 = new Metric("kb9000", "kB/connection of 9,000", false);
    public static final Metric ABOVE_9000 = new Metric("above9000", "MiB for 9,000", false);
    public static final Metric START = new Metric("start", "ms", false);
}
