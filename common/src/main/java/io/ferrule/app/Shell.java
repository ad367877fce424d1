package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Role;
import java.io.PrintStream;
import java.util.Map;

/**
 * What surrounds a command: which program it belongs to, where it prints, what the environment says.
 *
 * @param version the program's version
 * @param out answers
 * @param err problems
 * @param environment all variables
 */
record Shell(Role role, String version, PrintStream out, PrintStream err, Map<String, String> environment) {
    Shell {
        environment = Map.copyOf(environment);
    }

    /** One line on {@code err} that says who complains. */
    void complain(String message) {
        err.println(role.program() + ": " + message);
    }

    /** One line for each problem. */
    void complain(OperatorException problems) {
        problems.problems().forEach(problem -> complain(problem.toString()));
    }
}
