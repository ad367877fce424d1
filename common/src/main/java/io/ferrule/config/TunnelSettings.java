package io.ferrule.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What is said of one tunnel.
 *
 * @param where where the tunnel as a whole stands; empty if nowhere
 * @param label what a problem of the whole tunnel begins with; empty where there is only one
 * @param services what is said of single server names, each as if it were a tunnel; mostly empty
 */
record TunnelSettings(String name, String where, String label, Settings settings, List<TunnelSettings> services) {
    /** The name of a tunnel that nobody named. */
    static final String ONLY = "default";

    /** What names may look like: they are metric tags. */
    static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");

    TunnelSettings {
        services = List.copyOf(services);
    }

    /** One that says nothing of single server names. */
    TunnelSettings(String name, String where, String label, Settings settings) {
        this(name, where, label, settings, List.of());
    }

    /** The same, with what a stronger source says. What single server names say stays the strongest of all. */
    TunnelSettings under(Settings stronger) {
        return new TunnelSettings(name, where, label, stronger.over(settings), services);
    }

    /** What is said of a server name, and behind it what this tunnel says. */
    TunnelSettings whole(TunnelSettings service) {
        return new TunnelSettings(service.name, service.where, service.label, service.settings.over(settings));
    }

    /** The same, with what a weaker source says. */
    TunnelSettings over(Settings weaker) {
        return new TunnelSettings(name, where, label, settings.over(weaker));
    }

    /** A problem that has no narrower place than the tunnel. */
    Problem problem(String message) {
        return new Problem(where, label + message);
    }
}
