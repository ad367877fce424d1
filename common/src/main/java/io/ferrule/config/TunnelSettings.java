package io.ferrule.config;

import java.util.regex.Pattern;

/**
 * What is said of one tunnel.
 *
 * @param where where the tunnel as a whole stands; empty if nowhere
 * @param label what a problem of the whole tunnel begins with; empty where there is only one
 */
record TunnelSettings(String name, String where, String label, Settings settings) {
    /** The name of a tunnel that nobody named. */
    static final String ONLY = "default";

    /** What names may look like: they are metric tags. */
    static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");

    /** The same, with what a stronger source says. */
    TunnelSettings under(Settings stronger) {
        return new TunnelSettings(name, where, label, stronger.over(settings));
    }

    /** A problem that has no narrower place than the tunnel. */
    Problem problem(String message) {
        return new Problem(where, label + message);
    }
}
