package io.ferrule.app;

import io.ferrule.config.DurationText;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.net.PassedSockets;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code run}: the daemon, from its config to its last log line. */
final class RunCommand implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    private final Role role;

    RunCommand(Role role) {
        this.role = role;
    }

    @Override
    public String name() {
        return "run";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "Run in the foreground until SIGTERM or SIGINT.",
                "The first signal stops accepting and lets open connections finish,"
                        + " the second ends them at once; either way the exit code is 0. It is 2 if the options are wrong"
                        + " and 1 if something else has to be mended first. Each option is also a key of the YAML file and"
                        + " an environment variable: --log-level is log-level and FERRULE_LOG_LEVEL;"
                        + " FERRULE_LOG_LEVEL_FILE names a file that holds the value. The log goes to"
                        + " standard output.");
        RunOptions.addTo(spec, role);
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        ConfigSource source = RunOptions.source(parsed, shell);
        Set<Path> files = new LinkedHashSet<>();
        Instant readAt = Instant.now();
        ProcessConfig config;
        try {
            config = source.read(files);
        } catch (OperatorException e) {
            shell.complain(e);
            return ExitCode.USAGE;
        }
        // Not System.out: its lock would be held by a writer that waits for the log's reader.
        ProgramLog log = ProgramLog.open(
                config.logFormat(),
                config.logLevel(),
                CommandLine.Help.Ansi.AUTO.enabled(),
                new FileOutputStream(FileDescriptor.out));
        try {
            PassedSockets passed = PassedSockets.of(
                    shell.environment(), ProcessHandle.current().pid());
            try (ServiceManager manager = ServiceManager.of(
                    shell.environment(), ProcessHandle.current().pid())) {
                serve(
                        new Start(config, source, files, readAt, shell.version(), passed, listener(manager, log)),
                        manager);
            }
            return ExitCode.OK;
        } catch (OperatorException e) {
            LOG.atDebug().setCause(e).log("the start failed here");
            throw e;
        } finally {
            log.close();
        }
    }

    private static ReloadListener listener(ServiceManager manager, ProgramLog log) {
        return new ReloadListener() {
            @Override
            public void began() {
                manager.reloading();
            }

            @Override
            public void applied(ProcessConfig config) {
                log.level(config.logLevel());
            }

            @Override
            public void ended(String failure) {
                manager.reloaded(failure);
            }
        };
    }

    private static void serve(Start start, ServiceManager manager) throws OperatorException {
        StopRequest stop = StopRequest.listen();
        try (Application application = Application.start(start)) {
            Banner.log(start.config(), application);
            manager.ready(application);
            SpareMemory.giveBack();
            stop.onHangup(() -> application.requestReload("SIGHUP"));
            String signal = stop.await();
            Duration limit = application.live().config().drain();
            LOG.atInfo()
                    .addKeyValue("signal", signal)
                    .addKeyValue("limit", DurationText.of(limit))
                    .log("draining: no connection is accepted any more, open ones may finish");
            manager.stopping(limit);
            CompletionStage<?> hurry = stop.again()
                    .thenAccept(
                            again -> LOG.atWarn().addKeyValue("signal", again).log("stopping at once"));
            Application.Drained drained = application.drain(hurry);
            LOG.atInfo()
                    .addKeyValue("finished", drained.finished())
                    .addKeyValue("cut", drained.cut())
                    .log("stopped");
        }
    }
}
