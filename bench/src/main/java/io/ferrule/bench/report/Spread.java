package io.ferrule.bench.report;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The median of some values, the least and the greatest of them. */
public record Spread(double median, double least, double greatest) {
    /** Absent without a value; of an even number of them the median lies between the two in the middle. */
    static Optional<Spread> of(Collection<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        double median = n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
        return Optional.of(new Spread(median, sorted.get(0), sorted.get(n - 1)));
    }
}
