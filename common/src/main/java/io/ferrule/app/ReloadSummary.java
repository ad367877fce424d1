package io.ferrule.app;

import io.ferrule.tunnel.TunnelsChange;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reload has changed.
 *
 * @param added names of tunnels, as in the others
 * @param connectionsEnded those whose peer is no longer trusted
 * @param needRestart options of the process that have changed and are not in force
 */
record ReloadSummary(
        List<String> added,
        List<String> changed,
        List<String> removed,
        List<String> unchanged,
        int connectionsEnded,
        List<String> needRestart) {

    /** Of a change that is about to be made. */
    static ReloadSummary of(TunnelsChange change) {
        return new ReloadSummary(change.added(), change.changed(), change.removed(), change.unchanged(), 0, List.of());
    }

    /** The same with what is known afterwards. */
    ReloadSummary with(int ended, List<String> restart) {
        return new ReloadSummary(added, changed, removed, unchanged, ended, List.copyOf(restart));
    }

    /** For people, a line each. */
    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("reloaded");
        line(lines, "added", added);
        line(lines, "changed", changed);
        line(lines, "removed", removed);
        line(lines, "unchanged", unchanged);
        lines.add("connections ended: " + connectionsEnded);
        line(lines, "applied at the next start", needRestart);
        return String.join("\n", lines);
    }

    private static void line(List<String> lines, String label, List<String> names) {
        if (!names.isEmpty()) {
            lines.add(label + ": " + String.join(", ", names));
        }
    }
}
