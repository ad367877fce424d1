package io.ferrule.tunnel;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Another set of tunnels, ready to take the place of the one that runs: either {@link #commit} or {@link #abandon} it. */
public final class TunnelsChange {
    private final Tunnels tunnels;
    private final List<Tunnel> next = new ArrayList<>();
    private final Map<Tunnel, TunnelParts> replaced = new LinkedHashMap<>();
    private final List<Tunnel> made = new ArrayList<>();
    private Listeners.Plan places = Listeners.Plan.NONE;

    TunnelsChange(Tunnels tunnels) {
        this.tunnels = tunnels;
    }

    void prepare(List<TunnelMaterial> material, TunnelEnvironment environment, Listeners listeners)
            throws OperatorException {
        Set<Problem> problems = new LinkedHashSet<>();
        try {
            for (TunnelMaterial each : material) {
                try {
                    next.add(tunnel(each, environment));
                } catch (OperatorException e) {
                    problems.addAll(e.problems());
                }
            }
            if (problems.isEmpty()) {
                places = listeners.plan(next, material);
                leaveOut(places.without());
                return;
            }
        } catch (OperatorException | RuntimeException | Error e) {
            abandon();
            throw e;
        }
        abandon();
        throw new OperatorException(List.copyOf(problems));
    }

    /** They take no connections, as if they were not there. */
    private void leaveOut(List<Tunnel> unplaced) {
        for (Tunnel tunnel : unplaced) {
            next.remove(tunnel);
            if (made.remove(tunnel)) {
                tunnel.close();
            }
            TunnelParts parts = replaced.remove(tunnel);
            if (parts != null) {
                parts.uses().end();
            }
        }
    }

    private Tunnel tunnel(TunnelMaterial material, TunnelEnvironment environment) throws OperatorException {
        Tunnel running = tunnels.find(material.config().name()).orElse(null);
        if (running == null) {
            Tunnel tunnel = Tunnel.create(material, environment);
            made.add(tunnel);
            return tunnel;
        }
        if (!running.material().isSameAs(material)) {
            replaced.put(running, running.build(material));
        }
        return running;
    }

    /** The names of tunnels that do not run yet. */
    public List<String> added() {
        return names(made);
    }

    /** The names of tunnels whose config, or what its files hold, is another. */
    public List<String> changed() {
        return names(List.copyOf(replaced.keySet()));
    }

    /** The names of tunnels that stay as they are. */
    public List<String> unchanged() {
        return names(next.stream()
                .filter(tunnel -> !made.contains(tunnel) && !replaced.containsKey(tunnel))
                .toList());
    }

    /** The names of tunnels that take no more connections afterwards. */
    public List<String> removed() {
        return names(tunnels.running().stream()
                .filter(tunnel -> !next.contains(tunnel))
                .toList());
    }

    private static List<String> names(List<Tunnel> tunnels) {
        return tunnels.stream().map(tunnel -> tunnel.config().name()).toList();
    }

    /**
     * Makes the change: from now on connections are accepted as it says. Those that are open keep what they had; it is for the
     * caller to have them {@linkplain Tunnels#judgeAnew judged anew}.
     *
     * @param drain how long the connections of removed tunnels may take to finish
     * @return false if the tunnels have been stopped meanwhile; then the change has been abandoned
     */
    public boolean commit(Duration drain) {
        boolean taken = tunnels.take(
                next,
                () -> {
                    replaced.forEach(Tunnel::replace);
                    made.forEach(Tunnel::beginStapling);
                    places.take();
                },
                drain);
        if (!taken) {
            abandon();
        }
        return taken;
    }

    /** Closes what was opened for it, and nothing else. */
    public void abandon() {
        places.abandon();
        made.forEach(Tunnel::close);
        replaced.values().forEach(parts -> parts.uses().end());
    }
}
