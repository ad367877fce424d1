package io.ferrule.bench.report;

/**
 * One figure of one contender in one round.
 *
 * @param test the case's name
 * @param round from 1
 * @param metric what it is; a case has several
 */
public record Sample(String test, int round, String contender, String metric, double value) {
    static final String HEAD = "case,round,contender,metric,value";

    String toLine() {
        return test + "," + round + "," + contender + "," + metric + "," + value;
    }

    static Sample parse(String line) {
        String[] parts = line.split(",", -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("not a sample: \"" + line + "\"");
        }
        return new Sample(parts[0], Integer.parseInt(parts[1]), parts[2], parts[3], Double.parseDouble(parts[4]));
    }
}
