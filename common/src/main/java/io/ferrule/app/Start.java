package io.ferrule.app;

import io.ferrule.config.ProcessConfig;
import io.ferrule.net.PassedSockets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/**
 * What a process is started with.
 *
 * @param config as {@code source} has it
 * @param files that were read for it
 * @param readAt when their reading began
 * @param version the program's own, for the metrics
 * @param passed what the service manager has passed
 * @param listener hears of reloads
 * @param manner what differs by who started it
 */
record Start(
        ProcessConfig config,
        ConfigSource source,
        Set<Path> files,
        Instant readAt,
        String version,
        PassedSockets passed,
        ReloadListener listener,
        Manner manner) {
    /** One of our own programs. */
    Start(
            ProcessConfig config,
            ConfigSource source,
            Set<Path> files,
            Instant readAt,
            String version,
            PassedSockets passed,
            ReloadListener listener) {
        this(config, source, files, readAt, version, passed, listener, Manner.OWN);
    }

    /** One whose options never change; the files that they name may. */
    static Start of(ProcessConfig config, String version, PassedSockets passed) {
        return new Start(config, files -> config, Set.of(), Instant.now(), version, passed, ReloadListener.NONE);
    }
}
