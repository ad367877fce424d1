package io.ferrule.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a process was told, checked and with defaults filled in.
 *
 * @param tunnels at least one, each with a name of its own
 * @param admin where the admin endpoint listens; null leaves it out
 * @param eventLoops threads that move bytes; 0 takes one a core, at most four
 * @param drain how long open connections may take to finish when the process is told to stop
 * @param logLevel of {@code error}, {@code warn}, {@code info}, {@code debug}, {@code trace}
 * @param stateDirectory where a certificate made at the first start is kept
 */
public record ProcessConfig(
        Role role,
        List<TunnelConfig> tunnels,
        @Nullable Address admin,
        TransportChoice transport,
        int eventLoops,
        Duration drain,
        LogFormat logFormat,
        String logLevel,
        Path stateDirectory) {
    public ProcessConfig {
        tunnels = List.copyOf(tunnels);
    }
}
