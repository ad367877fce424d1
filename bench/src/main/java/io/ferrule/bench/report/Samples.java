package io.ferrule.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All samples of a folder of results: read at the start, written as they come. One thread. */
public final class Samples {
    private final Path file;
    private final List<Sample> all = new ArrayList<>();

    public Samples(Path folder) throws IOException {
        this.file = Files.createDirectories(folder).resolve("samples.csv");
        if (Files.exists(file)) {
            Files.readAllLines(file).stream().skip(1).map(Sample::parse).forEach(all::add);
        } else {
            Files.writeString(file, Sample.HEAD + "\n");
        }
    }

    /** Forgets what an earlier run said of this case and these contenders. */
    public void forget(String test, Predicate<String> contender) throws IOException {
        all.removeIf(s -> s.test().equals(test) && contender.test(s.contender()));
        Files.write(
                file,
                Stream.concat(Stream.of(Sample.HEAD), all.stream().map(Sample::toLine))
                        .toList());
    }

    public void add(Sample sample) throws IOException {
        all.add(sample);
        Files.write(file, List.of(sample.toLine()), StandardOpenOption.APPEND);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Who has samples of this case, in the order in which they came. */
    List<String> contenders(String test) {
        return all.stream()
                .filter(s -> s.test().equals(test))
                .map(Sample::contender)
                .distinct()
                .toList();
    }

    List<String> contenders() {
        return all.stream().map(Sample::contender).distinct().toList();
    }

    /** Round → value. */
    Map<Integer, Double> values(String test, String contender, String metric) {
        Map<Integer, Double> values = new LinkedHashMap<>();
        for (Sample s : all) {
            if (s.test().equals(test)
                    && s.contender().equals(contender)
                    && s.metric().equals(metric)) {
                values.put(s.round(), s.value());
            }
        }
        return values;
    }

    /** The values of one contender by those of another, round by round; absent where one of them has no value above 0. */
    public Optional<Spread> ratio(String test, String metric, String of, String to) {
        Map<Integer, Double> above = values(test, of, metric);
        Map<Integer, Double> below = values(test, to, metric);
        List<Double> ratios = new ArrayList<>();
        above.forEach((round, value) -> {
            double divisor = below.getOrDefault(round, 0.0);
            if (value > 0 && divisor > 0) {
                ratios.add(value / divisor);
            }
        });
        return Spread.of(ratios);
    }

    Optional<Spread> spread(String test, String contender, String metric) {
        return Spread.of(values(test, contender, metric).values());
    }
}
