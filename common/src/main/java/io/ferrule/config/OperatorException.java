package io.ferrule.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something outside the program has to be mended before it can go on: a config, a file, a port. It is printed line by line,
 * without a stack trace.
 */
public final class OperatorException extends Exception {
    private final List<Problem> problems;

    /**
     * All problems found, not only the first.
     *
     * @throws IllegalArgumentException if there is none
     */
    public OperatorException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("no problem");
        }
        this.problems = List.copyOf(problems);
    }

    public OperatorException(String where, String message) {
        this(List.of(new Problem(where, message)));
    }

    /** At least one, in the order in which they were found. */
    public List<Problem> problems() {
        return problems;
    }
}
