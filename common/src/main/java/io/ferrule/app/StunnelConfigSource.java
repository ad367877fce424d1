package io.ferrule.app;

import io.ferrule.config.Capacity;
import io.ferrule.config.LogFormat;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.config.TransportChoice;
import io.ferrule.config.TunnelConfig;
import io.ferrule.net.PassedSockets;
import io.ferrule.net.Transport;
import io.ferrule.stunnel.ProcessLines;
import io.ferrule.stunnel.StunnelConfig;
import io.ferrule.stunnel.StunnelException;
import io.ferrule.stunnel.StunnelHost;
import io.ferrule.stunnel.StunnelLog;
import io.ferrule.stunnel.StunnelReader;
import io.ferrule.stunnel.StunnelSource;
import io.ferrule.stunnel.StunnelTunnels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stunnel.conf as the configuration of a process. What is read and what is wrong with it is logged as stunnel does. */
final class StunnelConfigSource implements ConfigSource {
    /** A name that nothing is looked for at: there is no state. */
    private static final Path NO_STATE = Path.of("/nonexistent");

    private final StunnelSource source;
    private final ProcessConfig process;
    private final PassedSockets passed;
    private final StunnelLog log;
    private final ProcessLines lines;
    private volatile @Nullable Reading latest;
    private volatile boolean failed;

    /** Of a process that no sockets were passed to. */
    StunnelConfigSource(StunnelSource source, ProcessConfig process, StunnelLog log) {
        this(source, process, PassedSockets.none(), log);
    }

    /**
     * Read when it is asked for.
     *
     * @param process what it is besides the services of {@code source}
     */
    StunnelConfigSource(StunnelSource source, ProcessConfig process, PassedSockets passed, StunnelLog log) {
        this.source = source;
        this.process = process;
        this.passed = passed;
        this.log = log;
        this.lines = new ProcessLines(log);
    }

    /** A file as it was read, and what became of its sections. */
    record Reading(StunnelConfig config, List<StunnelTunnels.Section> sections) {
        Reading {
            sections = List.copyOf(sections);
        }

        /** All tunnels, in the order of the file. */
        List<TunnelConfig> tunnels() {
            return sections.stream()
                    .flatMap(section -> section.tunnels().stream())
                    .toList();
        }
    }

    /** What was read last; it may not be in force yet. */
    Reading latest() {
        Reading reading = latest;
        if (reading == null) {
            throw new IllegalStateException("nothing has been read");
        }
        return reading;
    }

    /** True if the last reading found something wrong, and has logged it. */
    boolean failed() {
        return failed;
    }

    @Override
    public ProcessConfig read(Set<Path> files) throws OperatorException {
        if (source instanceof StunnelSource.File file) {
            file.path().ifPresent(files::add);
        }
        try {
            Reading reading = readAnew();
            latest = reading;
            failed = false;
            return process.with(reading.tunnels(), process.admin());
        } catch (StunnelException e) {
            failed = true;
            throw new OperatorException("", String.valueOf(e.getMessage())); // it has been logged
        } catch (OperatorException e) { // so has this
            failed = true;
            throw e;
        }
    }

    /**
     * Reads and checks the file, with all that it names; whatever is wrong is logged.
     *
     * @throws StunnelException the first error
     * @throws OperatorException if a socket that was passed cannot be used
     */
    private Reading readAnew() throws StunnelException, OperatorException {
        Capacity capacity = new Capacity(Runtime.getRuntime().maxMemory());
        StunnelHost host = StunnelHost.here();
        StunnelServices services = new StunnelServices(new StunnelTunnels(host), lines);
        StunnelConfig config = latest == null
                ? StunnelReader.read(source, host, services, log)
                : StunnelReader.reread(source, host, services, log);
        lines.notices(StunnelTunnels.notices(config.globals()));
        return new Reading(config, StunnelTunnels.sharing(given(services.sections()), capacity.connections()));
    }

    private List<StunnelTunnels.Section> given(List<StunnelTunnels.Section> sections) throws OperatorException {
        if (passed.names().isEmpty()) {
            return sections;
        }
        try {
            return new PassedSections(passed, Transport.choose(process.transport()), lines).give(sections);
        } catch (OperatorException e) {
            lines.errors(e.problems().stream().map(Problem::toString).toList());
            throw e;
        }
    }

    /** A process that does nothing but run these tunnels, and that nobody watches. */
    static ProcessConfig process(Role role, List<TunnelConfig> tunnels) {
        return new ProcessConfig(
                role,
                tunnels,
                null,
                false,
                TransportChoice.AUTO,
                0,
                Duration.ZERO, // as stunnel ends: at once
                Duration.ZERO,
                LogFormat.TEXT,
                "warn",
                NO_STATE,
                false);
    }
}
