package io.ferrule.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything a process was told, checked and with defaults filled in.
 *
 * @param tunnels at least one, each with a name of its own
 * @param admin where the admin endpoint listens; null leaves it out
 * @param healthCheck whether the container's own health command is answered
 * @param eventLoops threads that move bytes; 0 takes one a core, at most four
 * @param drain how long open connections may take to finish when the process is told to stop
 * @param expiryWarning how long before a certificate or a revocation list ends it is warned of; zero is never
 * @param logLevel of {@code error}, {@code warn}, {@code info}, {@code debug}, {@code trace}
 * @param stateDirectory where a certificate made at the first start is kept
 * @param watchFiles whether a file that has changed is read anew at once
 */
public record ProcessConfig(
        Role role,
        List<TunnelConfig> tunnels,
        @Nullable Address admin,
        boolean healthCheck,
        TransportChoice transport,
        int eventLoops,
        Duration drain,
        Duration expiryWarning,
        LogFormat logFormat,
        String logLevel,
        Path stateDirectory,
        boolean watchFiles) {
    /** Time to renew what a machine did not, and not so early that it is ignored. */
    public static final Duration EXPIRY_WARNING = Duration.ofDays(30);

    public ProcessConfig {
        tunnels = List.copyOf(tunnels);
    }

    /** The unsafe choices of the tunnels and the process, a sentence each, to be said at every start; mostly empty. */
    public List<String> unsafeChoices() {
        List<String> choices = new ArrayList<>();
        for (TunnelConfig tunnel : tunnels) {
            tunnel.unsafeChoices().forEach(choice -> choices.add("tunnel " + tunnel.name() + ": " + choice));
        }
        choices.addAll(unsafeBesidesTunnels());
        return List.copyOf(choices);
    }

    /** Those of them that are the process's own. */
    public List<String> unsafeBesidesTunnels() {
        return admin == null || admin.isLocal()
                ? List.of()
                : List.of("admin: " + admin
                        + " speaks plaintext, asks for no password and can be reached from other machines");
    }

    /** The same with what is known of tunnels and addresses once the process has started. */
    public ProcessConfig with(List<TunnelConfig> startedTunnels, @Nullable Address startedAdmin) {
        return new ProcessConfig(
                role,
                startedTunnels,
                startedAdmin,
                healthCheck,
                transport,
                eventLoops,
                drain,
                expiryWarning,
                logFormat,
                logLevel,
                stateDirectory,
                watchFiles);
    }

    /** The options of the process in which this differs from a running one and that only a start can change. */
    public List<String> needingRestart(ProcessConfig running) {
        List<String> options = new ArrayList<>();
        different(options, "transport", transport, running.transport);
        different(options, "event-loops", eventLoops, running.eventLoops);
        different(options, "admin", admin, running.admin);
        different(options, "health-check", healthCheck, running.healthCheck);
        different(options, "expiry-warning", expiryWarning, running.expiryWarning);
        different(options, "log-format", logFormat, running.logFormat);
        different(options, "state-directory", stateDirectory, running.stateDirectory);
        different(options, "watch-files", watchFiles, running.watchFiles);
        return List.copyOf(options);
    }

    private static void different(List<String> options, String name, @Nullable Object here, @Nullable Object running) {
        if (!Objects.equals(here, running)) {
            options.add(name);
        }
    }

    /** The same, but what only a start can change is as it is in a running process. */
    public ProcessConfig within(ProcessConfig running) {
        return new ProcessConfig(
                role,
                tunnels,
                running.admin,
                running.healthCheck,
                running.transport,
                running.eventLoops,
                drain,
                running.expiryWarning,
                running.logFormat,
                logLevel,
                running.stateDirectory,
                running.watchFiles);
    }
}
