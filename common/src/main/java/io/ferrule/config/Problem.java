package io.ferrule.config;

/**
 * One thing an operator has to mend.
 *
 * @param where file and line, flag or variable, such as {@code server.yaml:3} or {@code --listen}; empty if it has no place
 * @param message what is wrong, with the value, and what to do about it; one sentence or two, no secret
 */
public record Problem(String where, String message) {
    /** The line to print. */
    @Override
    public String toString() {
        return where.isEmpty() ? message : where + ": " + message;
    }
}
