package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.TunnelConfig;
import io.ferrule.net.PassedSockets;
import io.ferrule.stunnel.LoggedService;
import io.ferrule.stunnel.ProcessLines;
import io.ferrule.stunnel.StunnelConfig;
import io.ferrule.stunnel.StunnelEvents;
import io.ferrule.stunnel.StunnelService.Owner;
import io.ferrule.stunnel.StunnelSource;
import io.ferrule.stunnel.StunnelTunnels;
import io.ferrule.tunnel.Tunnel;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The life of a process in stunnel's place, from its first line to its last. */
final class StunnelRun {
    private static final List<String> SIGNALS = List.of("TERM", "INT", "QUIT", "HUP", "USR1", "USR2");

    private final Shell shell;
    private final StunnelLogWriter log = new StunnelLogWriter(Clock.systemUTC());
    private final ProcessLines lines = new ProcessLines(log);
    private final StunnelPlaces places = new StunnelPlaces(lines, this::giveUpPrivileges);
    private final PassedSockets passed;
    private final StunnelConfigSource source;
    private volatile Map<String, LoggedService> services = Map.of();
    private volatile @Nullable StunnelPrograms programs; // the reloading thread reads it
    private boolean placed; // on the thread that starts it, then on the one that reloads

    /**
     * Of one process.
     *
     * @param process what it is besides the services of {@code source}
     */
    StunnelRun(StunnelSource source, ProcessConfig process, Shell shell) {
        this.shell = shell;
        this.passed =
                PassedSockets.of(shell.environment(), ProcessHandle.current().pid());
        this.source = new StunnelConfigSource(source, process, passed, log);
    }

    /** Runs until a signal ends it. Whatever is to be mended is printed as stunnel does. */
    ExitCode run() {
        LibraryLines.to(log);
        SignalQueue signals = SignalQueue.listen(SIGNALS);
        lines.banner(StunnelCommand.texts(shell.version()));
        try (ServiceManager manager =
                ServiceManager.of(shell.environment(), ProcessHandle.current().pid())) {
            if (!passed.names().isEmpty()) {
                lines.passed(passed.names().size());
            }
            return run(manager, signals);
        } catch (OperatorException e) {
            log.fail(shell.err()); // it has been said there
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        } finally {
            log.close();
        }
    }

    private ExitCode run(ServiceManager manager, SignalQueue signals) throws OperatorException, InterruptedException {
        Set<Path> files = new LinkedHashSet<>();
        Instant readAt = Instant.now();
        ProcessConfig config = source.read(files);
        services = services(source.latest());
        StunnelReloads reloads =
                new StunnelReloads(lines, manager, () -> places.anyRefused() || source.failed(), this::putInForce);
        Manner manner = new Manner(this::connectionLines, places, false);
        Start start = new Start(config, source, files, readAt, shell.version(), PassedSockets.none(), reloads, manner);
        try (Application application = start(start)) {
            StunnelConfig.Globals globals = source.latest().config().globals();
            open(globals.logging());
            StunnelPrograms dialing = new StunnelPrograms(application::tunnels, lines);
            programs = dialing;
            if (source.latest().config().inetd()) {
                return inetd(dialing, signals);
            }
            PidFile pid = create(globals.process().pid());
            dialing.start(source.latest().sections());
            lines.accepting();
            tellForeground(globals.logging());
            application.admin().ifPresent(lines::admin);
            lines.warnings(config.unsafeBesidesTunnels());
            manager.ready(application);
            SpareMemory.giveBack();
            serve(application, signals);
            dialing.stop();
            manager.stopping(config.drain());
            end(application, pid, signals);
            return ExitCode.OK;
        }
    }

    /** Its one connection ends it, or a signal. */
    private static ExitCode inetd(StunnelPrograms programs, SignalQueue signals) throws InterruptedException {
        CompletableFuture<Object> end = CompletableFuture.anyOf(
                programs.once().toCompletableFuture(),
                signals.nextOf(SignalQueue.ENDING).toCompletableFuture());
        try {
            end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("neither of them fails", e);
        }
        return ExitCode.OK;
    }

    private Application start(Start start) throws OperatorException {
        try {
            return Application.start(start);
        } catch (OperatorException e) {
            if (!places.anyRefused()) {
                lines.errors(e.problems().stream().map(Problem::toString).toList());
            }
            throw e;
        }
    }

    /** Once: what a later file says of user and group is not looked at, as with stunnel. */
    private void giveUpPrivileges() throws OperatorException {
        if (placed) {
            return;
        }
        placed = true;
        Owner owner = source.latest().config().globals().process().owner();
        if ((owner.user() == 0 && owner.group() == 0) || StunnelTunnels.isOwnedBy(owner)) {
            return;
        }
        if (owner.group() == 0) {
            lines.warnings(List.of("setuid without setgid: the process stays a member of the groups that it was started"
                    + " with, and may read what they may"));
        }
        try {
            Privileges.giveUp(owner.user(), owner.group());
        } catch (IOException e) {
            throw new OperatorException("", String.valueOf(e.getMessage()));
        }
    }

    private Manner.Lines connectionLines() {
        return new Manner.Lines(new StunnelEvents(log, name -> services.get(name), new SecureRandom()), () -> {});
    }

    /** By the names of their tunnels. */
    private static Map<String, LoggedService> services(StunnelConfigSource.Reading reading) {
        Map<String, LoggedService> services = new HashMap<>();
        for (StunnelTunnels.Section section : reading.sections()) {
            LoggedService logged = section.logged();
            for (TunnelConfig tunnel : section.tunnels()) {
                services.put(tunnel.name(), logged);
            }
        }
        return Map.copyOf(services);
    }

    // ---- where lines go

    private void open(StunnelConfig.Logging logging) throws OperatorException {
        try {
            log.open(logging.level(), StunnelSinks.of(logging, ZoneId.systemDefault(), lines));
        } catch (IOException e) {
            lines.errors(List.of("Cannot open log file: " + logging.output()));
            throw new OperatorException("", "the log file");
        }
    }

    /** After a reload: lines go where the new file says. */
    private void putInForce() {
        StunnelConfigSource.Reading reading = source.latest();
        services = services(reading);
        moveLog(reading.config().globals().logging());
        StunnelPrograms dialing = programs;
        if (dialing != null) {
            dialing.start(reading.sections());
        }
    }

    private void moveLog(StunnelConfig.Logging logging) {
        try {
            log.hold();
        } catch (IOException e) {
            lines.errors(List.of("The log stays where it is: " + e.getMessage()));
            return;
        }
        try {
            open(logging);
        } catch (OperatorException e) {
            log.open(logging.level(), StunnelSinks.withoutFile(logging, ZoneId.systemDefault(), lines));
        }
    }

    /** Whoever waits for the command to return is told why it does not. */
    private void tellForeground(StunnelConfig.Logging logging) {
        if (logging.foreground() == StunnelConfig.Foreground.NO) {
            String notice = "foreground = no: this process stays in the foreground; a service manager supervises it";
            lines.notices(List.of(notice));
            shell.err().println("[.] " + notice);
        }
    }

    private @Nullable PidFile create(@Nullable Path path) throws OperatorException {
        if (path == null) {
            lines.noPidFile();
            return null;
        }
        PidFile file = new PidFile(path);
        try {
            file.create();
            lines.pidFile(path);
            return file;
        } catch (IOException e) {
            lines.pidFileFailed(path, String.valueOf(e.getMessage()));
            throw new OperatorException(path.toString(), "the pid file");
        }
    }

    // ---- how it goes on

    /** Returns when a signal has ended it. */
    private void serve(Application application, SignalQueue signals) throws InterruptedException {
        while (true) {
            String signal = signals.take();
            switch (signal) {
                case "SIGHUP" -> {
                    lines.reloading();
                    application.requestReload(signal);
                }
                case "SIGUSR1" -> reopen();
                case "SIGUSR2" ->
                    lines.connections(
                            application.tunnels().stream()
                                    .map(Tunnel::connections)
                                    .flatMap(java.util.Collection::stream)
                                    .toList(),
                            name -> services.get(name));
                default -> {
                    lines.ending(signal);
                    return;
                }
            }
        }
    }

    private void reopen() {
        lines.reopening();
        if (log.hasFile()) {
            try {
                log.reopen();
                lines.reopened();
            } catch (IOException e) {
                lines.errors(List.of("Cannot open log file: "
                        + source.latest().config().globals().logging().output() + ": " + e.getMessage()));
            }
        }
    }

    /** Connections are cut at once, as stunnel cuts them, or after the drain time that a variable gives, or the next signal. */
    private void end(Application application, @Nullable PidFile pid, SignalQueue signals) {
        if (pid == null) {
            lines.noPidFileToRemove();
        } else {
            pid.remove();
            lines.pidFileRemoved(pid.path());
        }
        int open = application.connections();
        places.hold();
        application.drain(signals.nextOf(SignalQueue.ENDING));
        lines.connectionsEnded(open);
        places.tell();
    }
}
