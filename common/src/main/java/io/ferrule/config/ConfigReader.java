package io.ferrule.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a {@link ProcessConfig} of flags, environment and file, in that order of precedence. A stronger source replaces one
 * option, or a whole choice: {@code --pin} leaves nothing of a file's {@code ca}.
 */
public final class ConfigReader {
    private ConfigReader() {}

    /**
     * Reads and checks everything before it returns. Paths become absolute; those in a file are relative to it.
     *
     * @param flags by option name without dashes, such as {@code listen}; every value given, in order; {@code true} for a
     *     switch
     * @param environment all variables; those that begin with {@code FERRULE_} count, and those that say where state is kept
     * @throws OperatorException with all problems at once, each with file and line, flag or variable
     */
    public static ProcessConfig read(Role role, Map<String, List<String>> flags, Map<String, String> environment)
            throws OperatorException {
        return read(role, flags, environment, Capacity.UNKNOWN, new HashSet<>());
    }

    /**
     * The same, for a process that holds no more connections than its memory does.
     *
     * @param capacity divided between tunnels that do not say how many they hold; more than that is a problem
     * @param files gets every file that was read, or could not be: another content of theirs might be another config. Also if this
     *     throws.
     */
    public static ProcessConfig read(
            Role role,
            Map<String, List<String>> flags,
            Map<String, String> environment,
            Capacity capacity,
            Set<Path> files)
            throws OperatorException {
        List<Problem> problems = new ArrayList<>();
        files.addAll(EnvironmentSource.files(role, environment));
        Settings given =
                FlagSource.read(role, flags, problems).over(EnvironmentSource.read(role, environment, problems));
        ConfigFile file = file(role, given, files, problems);
        if (file.tunnels().size() > 1) {
            given.ofTunnel()
                    .forEach(s -> problems.add(s.problem("it describes one tunnel, but "
                            + given.find("config").orElseThrow().values().get(0).text() + " holds "
                            + file.tunnels().size() + ": write it there")));
        }
        List<TunnelSettings> tunnels = InvitationFile.under(
                role, file.tunnels().stream().map(t -> t.under(given)).toList(), files, problems);
        ProcessConfig config =
                new ProcessReader(role, given.over(file.process()), environment, capacity, problems).read(tunnels);
        if (!problems.isEmpty()) {
            throw new OperatorException(problems);
        }
        return config;
    }

    /**
     * Reads where state is kept, and nothing else: a command that needs no more than that is not to fail because something
     * else is wrong.
     *
     * @param flags as for {@link #read}
     * @throws OperatorException if it is said unreadably, or the file that may say it is no YAML
     */
    public static Path stateDirectory(Role role, Map<String, List<String>> flags, Map<String, String> environment)
            throws OperatorException {
        List<Problem> ignored = new ArrayList<>();
        Settings given = FlagSource.read(role, flags, ignored).over(EnvironmentSource.read(role, environment, ignored));
        Settings all = given.has("state-directory")
                ? given
                : given.over(file(role, given, new HashSet<>(), ignored).process());
        List<Problem> problems = new ArrayList<>();
        Path directory = ProcessReader.stateDirectory(new Values(role, all, problems), environment);
        if (!problems.isEmpty()) {
            throw new OperatorException(problems);
        }
        return directory;
    }

    /** The file that is named, if one is; without it nothing more can be judged. */
    private static ConfigFile file(Role role, Settings given, Set<Path> files, List<Problem> problems)
            throws OperatorException {
        String name = new Values(role, given, problems).optional("config", text -> text);
        if (name == null) {
            if (given.has("config")) {
                throw new OperatorException(problems);
            }
            return ConfigFile.NONE;
        }
        try {
            String from = given.find("config").orElseThrow().where();
            TextFile.path(name).ifPresent(files::add);
            return ConfigFile.read(role, name, from, problems);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            throw new OperatorException(problems);
        }
    }
}
