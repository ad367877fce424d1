package io.ferrule.app;

import io.ferrule.admin.ReloadAnswer;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.observe.ReloadMetrics;
import io.ferrule.reload.FileLook;
import io.ferrule.reload.FileWatch;
import io.ferrule.reload.Reloader;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What makes a process read its configuration anew, and who is told how that went. Any thread may call it. */
final class Reloads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

    private final Work work;
    private final ReloadMetrics metrics;
    private final ReloadListener listener;
    private final Reloader<ReloadAnswer> reloader;
    private final @Nullable FileWatch watch;
    private volatile boolean closed;

    /** A reload itself. */
    interface Work {
        /**
         * Reads everything and puts it in force, whole. Blocks.
         *
         * @throws OperatorException with everything that has to be mended first; then nothing has changed
         */
        ReloadSummary reload() throws OperatorException;
    }

    /** Watches no files yet. */
    Reloads(Work work, ReloadMetrics metrics, ReloadListener listener, boolean watchFiles) {
        this.work = work;
        this.metrics = metrics;
        this.listener = listener;
        this.reloader = new Reloader<>(this::reload);
        this.watch = watchFiles ? FileWatch.start(FileWatch.Timing.DEFAULT, this::filesChanged) : null;
    }

    /** What the files were like when they were last read. */
    void watch(FileLook look) {
        if (watch != null && !closed) {
            watch.watch(look);
        }
    }

    private void filesChanged() {
        var unused = request("changed files");
    }

    /** Asks for a reload that begins after this call; never fails. */
    CompletionStage<ReloadAnswer> request(String trigger) {
        return reloader.request(trigger).exceptionally(Reloads::defect);
    }

    private ReloadAnswer reload(String trigger) {
        if (closed) {
            return new ReloadAnswer(ReloadAnswer.Outcome.TOO_LATE, "the program is stopping");
        }
        LOG.atInfo().addKeyValue("by", trigger).log("reading the configuration anew");
        listener.began();
        try {
            ReloadSummary summary = work.reload();
            metrics.succeeded();
            log(summary);
            listener.ended("");
            return new ReloadAnswer(ReloadAnswer.Outcome.DONE, summary.text());
        } catch (OperatorException e) {
            metrics.failed();
            return refused(e);
        } catch (RuntimeException | Error e) {
            metrics.failed();
            listener.ended("reload failed");
            throw e;
        }
    }

    private static void log(ReloadSummary summary) {
        LOG.atInfo()
                .addKeyValue("added", words(summary.added()))
                .addKeyValue("changed", words(summary.changed()))
                .addKeyValue("removed", words(summary.removed()))
                .addKeyValue("unchanged", summary.unchanged().size())
                .addKeyValue("connectionsEnded", summary.connectionsEnded())
                .log("the configuration was read anew and is in force");
        summary.needRestart()
                .forEach(option ->
                        LOG.atWarn().addKeyValue("option", option).log("has changed and is applied at the next start"));
    }

    private static String words(List<String> names) {
        return names.isEmpty() ? "none" : String.join(",", names);
    }

    private ReloadAnswer refused(OperatorException e) {
        if (closed) {
            return new ReloadAnswer(ReloadAnswer.Outcome.TOO_LATE, "the program is stopping");
        }
        if (!listener.refused(e)) {
            e.problems().forEach(problem -> LOG.atError().log(problem.toString()));
            LOG.atError()
                    .addKeyValue("problems", e.problems().size())
                    .log("not reloaded: the running configuration stays in force");
        }
        listener.ended("reload failed: " + e.problems().get(0));
        return new ReloadAnswer(
                ReloadAnswer.Outcome.REFUSED,
                e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"))
                        + "\nnot reloaded: the running configuration stays in force");
    }

    private static ReloadAnswer defect(Throwable e) {
        if (e instanceof java.util.concurrent.RejectedExecutionException
                || e.getCause() instanceof java.util.concurrent.RejectedExecutionException) {
            return new ReloadAnswer(ReloadAnswer.Outcome.TOO_LATE, "the program is stopping");
        }
        LOG.atError()
                .setCause(e)
                .log("reload failed with a defect in Ferrule; the running configuration stays in force");
        return new ReloadAnswer(ReloadAnswer.Outcome.REFUSED, "a defect in Ferrule; the log has a stack trace");
    }

    /** Begins no more; one that runs may still change something. */
    void stop() {
        closed = true;
    }

    /** Begins no more, and waits a moment for the one that runs. */
    @Override
    public void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
        reloader.close();
    }
}
