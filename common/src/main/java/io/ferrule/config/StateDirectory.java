package io.ferrule.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds where this user's programs keep what must outlive them, if nobody says it. */
final class StateDirectory {
    private static final Path OF_THE_SYSTEM = Path.of("/var/lib/ferrule");

    private StateDirectory() {}

    /**
     * The directory that systemd gave (systemd.exec(5), StateDirectory=), else the system's for root, else the user's by the
     * XDG Base Directory Specification.
     *
     * @param user the user's name
     * @param home the user's home; containers' nameless users have none, and get the system's directory
     */
    static Path byDefault(Map<String, String> environment, String user, @Nullable String home) {
        // systemd separates several directories by colons; the first is the unit's own.
        Path systemd = absolute(environment.getOrDefault("STATE_DIRECTORY", "").split(":", -1)[0]);
        if (systemd != null) {
            return systemd;
        }
        if (user.equals("root")) {
            return OF_THE_SYSTEM;
        }
        Path xdg = absolute(environment.get("XDG_STATE_HOME"));
        if (xdg != null) {
            return xdg.resolve("ferrule");
        }
        Path own = absolute(home);
        return own != null ? own.resolve(".local/state/ferrule") : OF_THE_SYSTEM;
    }

    private static @Nullable Path absolute(@Nullable String text) {
        return text != null && text.startsWith("/") ? Path.of(text) : null;
    }
}
