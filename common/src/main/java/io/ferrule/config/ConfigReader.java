package io.ferrule.config;

import java.util.List;
import java.util.Map;

/** Makes a {@link ProcessConfig} of flags, environment and file, in that order of precedence. */
public final class ConfigReader {
    private ConfigReader() {}

    /**
     * Reads and checks everything before it returns.
     *
     * @param flags by option name without dashes, such as {@code listen}; every value given, in order
     * @param environment all variables; those that begin with {@code FERRULE_} count
     * @throws OperatorException with all problems at once, each with file and line, flag or variable
     */
    @SuppressWarnings("DoNotCallSuggester")
    public static ProcessConfig read(Role role, Map<String, List<String>> flags, Map<String, String> environment)
            throws OperatorException {
        throw new OperatorException("", "no configuration: " + role + flags + environment.size());
    }
}
