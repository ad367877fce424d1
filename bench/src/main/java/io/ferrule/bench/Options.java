package io.ferrule.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param out the folder of results
 * @param rounds at least 1
 * @param cases names; none is all
 * @param contenders names; none is all that are installed
 * @param variants further rows of Ferrule, see {@link io.ferrule.bench.contender.Contenders#installed}
 * @param quick whether samples are short, for a look
 * @param reportOnly whether nothing is measured
 */
record Options(
        Path out,
        int rounds,
        List<String> cases,
        List<String> contenders,
        List<String> variants,
        boolean quick,
        boolean reportOnly) {
    static final String USAGE =
            """
            usage: bench/run [--out DIR] [--rounds N] [--cases A,B] [--contenders A,B] [--quick] [--report-only]
                             [--variant NAME,java=PATH,jvm=OPTIONS,flags=FLAGS,server=JAR,client=JAR] ...

              --out DIR       writes results here; docs/benchmarks unless given
              --rounds N      takes this many samples of each contender and case; 5 unless given
              --cases         runs these alone and keeps the results of others that stand in DIR:
                              %s
              --contenders    runs these alone: ferrule, stunnel, haproxy, "haproxy 64k", nginx, hitch, "haproxy again"
              --variant       one more row of Ferrule: with another Java, more options of the JVM (blanks between them), more
                              flags of Ferrule, other jars; each part may be left out
              --quick         two rounds of short samples, to see that all works; the figures mean little
              --report-only   makes the report anew from the samples in DIR
            """;

    /** Reads a command line; throws IllegalArgumentException with a sentence for the operator. */
    static Options parse(String... arguments) {
        Path out = Path.of("docs/benchmarks");
        int rounds = 0;
        List<String> cases = List.of();
        List<String> contenders = List.of();
        List<String> variants = new ArrayList<>();
        boolean quick = false;
        boolean reportOnly = false;
        Deque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
        while (!left.isEmpty()) {
            String option = left.remove();
            switch (option) {
                case "--out" -> out = Path.of(value(option, left));
                case "--rounds" -> rounds = number(option, value(option, left));
                case "--cases" -> cases = List.of(value(option, left).split(",", -1));
                case "--contenders" -> contenders = List.of(value(option, left).split(",", -1));
                case "--variant" -> variants.add(value(option, left));
                case "--quick" -> quick = true;
                case "--report-only" -> reportOnly = true;
                default -> throw new IllegalArgumentException("unknown option " + option + "; see bench/run --help");
            }
        }
        requireKnown(cases);
        return new Options(out, rounds > 0 ? rounds : quick ? 2 : 5, cases, contenders, variants, quick, reportOnly);
    }

    private static String value(String option, Deque<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return left.remove();
    }

    private static int number(String option, String text) {
        if (!text.matches("[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException(option + " " + text + ": a number from 1 to 999 is needed");
        }
        return Integer.parseInt(text);
    }

    private static void requireKnown(List<String> cases) {
        List<String> known = Cases.all().stream().map(Case::name).toList();
        for (String name : cases) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown case " + name + "; there are " + String.join(", ", known));
            }
        }
    }

    static String usage() {
        return USAGE.formatted(
                String.join(", ", Cases.all().stream().map(Case::name).toList()));
    }
}
