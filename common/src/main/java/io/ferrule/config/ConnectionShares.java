package io.ferrule.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Divides the connections that a process can hold between its tunnels. */
final class ConnectionShares {
    private static final String OPTION = "max-connections";

    private ConnectionShares() {}

    /**
     * The tunnels, of which those that say nothing of it hold an equal share of what the others leave, and no more than they
     * would by default. If those that say something ask for more than there is, that is a problem.
     */
    static List<TunnelConfig> of(
            List<TunnelConfig> tunnels, List<TunnelSettings> all, Capacity capacity, List<Problem> problems) {
        Map<String, Setting> said = new HashMap<>();
        for (TunnelSettings tunnel : all) {
            tunnel.settings().find(OPTION).ifPresent(setting -> said.put(tunnel.name(), setting));
        }
        long asked = 0;
        int most = 0;
        Setting greatest = null;
        for (TunnelConfig tunnel : tunnels) {
            Setting setting = said.get(tunnel.name());
            int own = setting == null ? 0 : tunnel.limits().connections();
            asked += own;
            if (own > most) {
                most = own;
                greatest = setting;
            }
        }
        long others = tunnels.stream().filter(t -> !said.containsKey(t.name())).count();
        if (greatest != null && asked + others > capacity.connections()) {
            problems.add(problem(greatest, most, asked + others, capacity));
        }
        int share = (int) Math.max(1, (capacity.connections() - asked) / Math.max(1, others));
        List<TunnelConfig> fitting = new ArrayList<>();
        for (TunnelConfig tunnel : tunnels) {
            fitting.add(said.containsKey(tunnel.name()) ? tunnel : tunnel.withAtMost(share));
        }
        return fitting;
    }

    private static Problem problem(Setting setting, int own, long all, Capacity capacity) {
        String together = all == own ? "" : " (with the other tunnels " + all + ")";
        String heap = "-Xmx" + Capacity.heapMebibytesFor(all) + "m";
        return setting.problem(own + together + " connections do not fit into Java's heap of "
                + (capacity.heapBytes() >> 20) + " MiB, which holds " + capacity.connections()
                + ": lower it, or give Java " + heap + ", such as by JDK_JAVA_OPTIONS=" + heap
                + ", and a container the memory for that");
    }
}
