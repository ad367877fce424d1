package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;

/**
 * What a config file says, not yet judged.
 *
 * @param process what it says of the process
 * @param tunnels at least one
 */
record ConfigFile(Settings process, List<TunnelSettings> tunnels) {
    private static final int LARGEST_BYTES = 1 << 20;

    /** What is known where no file is given: one tunnel of which nothing is said. */
    static final ConfigFile NONE =
            new ConfigFile(Settings.NONE, List.of(new TunnelSettings(TunnelSettings.ONLY, "", "", Settings.NONE)));

    ConfigFile {
        tunnels = List.copyOf(tunnels);
    }

    /**
     * Reads a file; what is wrong with single keys goes to {@code problems}.
     *
     * @param from the flag or variable that named the file
     * @throws OperatorException if it cannot be read at all, or is not YAML
     */
    static ConfigFile read(Role role, String name, String from, List<Problem> problems) throws OperatorException {
        String text = TextFile.read(name, from, LARGEST_BYTES);
        return new ConfigShape(role, name, Path.of(name), problems).read(YamlParser.parse(name, text));
    }
}
