package io.ferrule.bench.report;

import io.ferrule.bench.contender.Contenders;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How far Ferrule wants to get in a case.
 *
 * @param against the peers, of which the one that is nearest to passing Ferrule counts; none if the figure itself is bounded
 * @param bound of the ratio Ferrule / peer, or of the figure
 * @param atLeast whether the bound is the least that is wanted, not the most
 */
record Reach(String test, Metric metric, List<String> against, double bound, boolean atLeast) {
    private static final List<String> STUNNEL = List.of("stunnel");
    private static final List<String> OTHERS = List.of("haproxy", "haproxy 64k", "nginx", "hitch");
    private static final List<String> NOBODY = List.of();

    static final List<Reach> ALL = Stream.of(
                    both("ops-p1", Metric.CPU_OP, 0.40, 0.85),
                    both("ops-p16", Metric.CPU_OP, 0.50, 0.90),
                    both("unix-p1", Metric.CPU_OP, 0.35, 0.85),
                    both("unix-p16", Metric.CPU_OP, 0.35, 0.85),
                    both("bulk-down", Metric.CPU_GB, 0.45, 0.70),
                    both("bulk-up", Metric.CPU_GB, 0.45, 0.70),
                    Stream.of(
                            new Reach("bulk4-down", Metric.GB, STUNNEL, 1.1, true),
                            new Reach("bulk4-down", Metric.GB, OTHERS, 1.2, true),
                            new Reach("bulk4-up", Metric.GB, STUNNEL, 1.1, true),
                            new Reach("bulk4-up", Metric.GB, OTHERS, 1.2, true)),
                    both("handshake-ecdsa", Metric.CPU_CONNECTION, 0.40, 0.65),
                    Stream.of(new Reach("handshake-rsa", Metric.CPU_CONNECTION, STUNNEL, 1.0, false)),
                    both("handshake-resumed", Metric.CPU_CONNECTION, 0.50, 0.75),
                    both("latency", Metric.P99, 0.7, 1.0),
                    both("pair-p1", Metric.CPU_OP, 0.45, 0.95),
                    both("pair-p16", Metric.CPU_OP, 0.45, 0.95),
                    Stream.of(
                            new Reach("memory", Metric.KB_9000, STUNNEL, 0.10, false),
                            new Reach("memory", Metric.KB_9000, List.of("haproxy"), 0.40, false),
                            new Reach("memory", Metric.KB_9000, NOBODY, 6, false),
                            new Reach("memory", Metric.ABOVE_9000, NOBODY, 64, false),
                            new Reach("memory", Metric.RSS, NOBODY, 64, false),
                            new Reach("start", Metric.START, NOBODY, 600, false)))
            .flatMap(Function.identity())
            .toList();

    private static Stream<Reach> both(String test, Metric metric, double stunnel, double others) {
        return Stream.of(
                new Reach(test, metric, STUNNEL, stunnel, false), new Reach(test, metric, OTHERS, others, false));
    }

    /**
     * What was reached.
     *
     * @param peer empty if the figure itself is bounded
     */
    record Reached(String peer, Spread spread) {}

    /** Absent without samples of Ferrule and of one of the peers. */
    Optional<Reached> reached(Samples samples) {
        if (against.isEmpty()) {
            return samples.spread(test, Contenders.FERRULE, metric.name()).map(s -> new Reached("", s));
        }
        Comparator<Reached> byMedian =
                Comparator.comparingDouble(r -> r.spread().median());
        return against.stream()
                .flatMap(peer ->
                        samples
                                .ratio(test, metric.name(), Contenders.FERRULE, peer)
                                .map(s -> new Reached(peer, s))
                                .stream())
                .max(atLeast ? byMedian.reversed() : byMedian);
    }

    /** In plain words whether it was reached. */
    String verdict(Spread spread) {
        double median = spread.median();
        boolean met = atLeast ? median >= bound : median <= bound;
        boolean always = atLeast ? spread.least() >= bound : spread.greatest() <= bound;
        boolean never = atLeast ? spread.greatest() < bound : spread.least() > bound;
        if (met) {
            return always ? "met" : "met, but not in every round";
        }
        String missed = "missed by %.0f %%".formatted(Math.abs(median / bound - 1) * 100);
        return never ? missed : missed + ", met in some rounds";
    }

    /** The bound as tables show it. */
    String words() {
        return (atLeast ? "≥ " : "≤ ") + Figures.plain(bound);
    }
}
