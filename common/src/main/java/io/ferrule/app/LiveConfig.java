package io.ferrule.app;

import io.ferrule.admission.DenyLists;
import io.ferrule.config.NamedFiles;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.ProcessConfig;
import io.ferrule.reload.FileLook;
import io.ferrule.tunnel.TunnelMaterial;
import io.ferrule.tunnel.Tunnels;
import io.ferrule.tunnel.TunnelsChange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a process goes by, and how that is replaced as one while it runs. Any thread may ask; one at a time reloads. */
final class LiveConfig {
    private static final Logger LOG = LoggerFactory.getLogger(LiveConfig.class);
    private static final Duration JUDGE_LIMIT = Duration.ofSeconds(2);

    /** The kernel dates changes by a clock that turns a few times a second, up to 10 ms late. */
    private static final Duration DATES_LATE = Duration.ofMillis(20);

    private final Start start;
    private final DenyLists denyLists;
    private final List<Refresh> refreshes = new CopyOnWriteArrayList<>();
    private volatile Loaded loaded;
    private volatile FileLook seen;
    private volatile @Nullable Reloads watching;

    /** Makes something anew that may change at any moment, such as who is invited. */
    interface Refresh {
        /**
         * Does it. Blocks.
         *
         * @throws OperatorException with what has to be mended first; then all is as it was
         */
        void run() throws OperatorException;
    }

    private LiveConfig(Start start, Loaded loaded, FileLook seen, DenyLists denyLists) {
        this.start = start;
        this.denyLists = denyLists;
        this.loaded = loaded;
        this.seen = seen;
    }

    /**
     * Reads the files that the config names, and makes the certificates that are missing. Blocks.
     *
     * @throws OperatorException with every problem found
     */
    static LiveConfig load(Start start) throws OperatorException {
        FileLook[] seen = {FileLook.at(Set.of())};
        DenyLists denyLists = new DenyLists();
        Loaded loaded = Loaded.load(start.config(), start.passed(), start.files(), denyLists, look -> seen[0] = look);
        return new LiveConfig(start, loaded, seen[0], denyLists);
    }

    /** As it was read last, with what only a start can change as it was at the start. */
    ProcessConfig config() {
        return loaded.config();
    }

    /** What was read for the tunnels, in the order of the config. */
    List<TunnelMaterial> material() {
        return loaded.material();
    }

    /** Has this done first at each reload, whatever comes of the rest; live connections are judged anew after it. */
    void atEachReload(Refresh refresh) {
        refreshes.add(refresh);
    }

    /** From now on the files are watched by it, those that a reload finds named too. */
    void watch(Reloads reloads) {
        watching = reloads;
        reloads.watch(seen);
        if (config().watchFiles()
                && FileLook.at(start.files()).changedSince(start.readAt().minus(DATES_LATE))) {
            var unused = reloads.request("changed files"); // while it started
        }
    }

    /**
     * Reads everything anew and puts it in force, whole.
     *
     * @throws OperatorException with everything that has to be mended first; then nothing has changed but what was refreshed
     */
    ReloadSummary reload(Tunnels tunnels, Observation observation) throws OperatorException {
        Set<Problem> problems = new LinkedHashSet<>();
        int ended = refresh(tunnels, problems);
        FileLook before = seen.again();
        Set<Path> files = new LinkedHashSet<>();
        FileLook[] look = {before};
        boolean done = false;
        try {
            ProcessConfig asked = start.source().read(files);
            Loaded next = Loaded.load(
                    asked.within(config()), start.passed(), files, denyLists, found -> look[0] = found.or(before));
            if (!problems.isEmpty()) { // of what is refreshed
                throw new OperatorException(List.copyOf(problems));
            }
            List<String> needRestart = asked.needingRestart(config());
            ReloadSummary summary = apply(next, tunnels, observation);
            done = true;
            tell(summary, next.config(), tunnels);
            return summary.with(ended + judgeAnew(tunnels), needRestart);
        } catch (OperatorException e) {
            problems.addAll(e.problems());
            throw new OperatorException(List.copyOf(problems));
        } finally {
            // After a failure both what runs and what was to run are watched: mending either may be what is waited for.
            seen = done ? look[0] : before.and(look[0]).and(FileLook.at(files));
            Reloads reloads = watching;
            if (reloads != null) {
                reloads.watch(seen);
            }
        }
    }

    private ReloadSummary apply(Loaded next, Tunnels tunnels, Observation observation) throws OperatorException {
        TunnelsChange change = tunnels.prepare(next.material());
        try {
            PublishedPins.check(next.material());
            PublishedPins.write(next.material());
        } catch (OperatorException | RuntimeException e) {
            change.abandon();
            throw e;
        }
        ReloadSummary summary = ReloadSummary.of(change);
        observation.follow(next.material()); // before the first event, so that no series misses it
        if (!change.commit(next.config().drain())) {
            throw new OperatorException("", "the program is stopping");
        }
        loaded = next;
        start.listener().applied(next.config());
        return summary;
    }

    private static void tell(ReloadSummary summary, ProcessConfig config, Tunnels tunnels) {
        Set<String> others = new LinkedHashSet<>(summary.added());
        others.addAll(summary.changed());
        tunnels.running().stream()
                .filter(tunnel -> others.contains(tunnel.config().name()))
                .forEach(tunnel -> Banner.log(tunnel));
        config.unsafeChoices()
                .forEach(choice -> LOG.atWarn().addKeyValue("choice", choice).log("insecure by choice"));
    }

    private int refresh(Tunnels tunnels, Set<Problem> problems) {
        List<Refresh> all = new ArrayList<>(refreshes);
        config().tunnels().stream()
                .flatMap(tunnel -> NamedFiles.denying(tunnel).stream())
                .distinct()
                .forEach(file -> all.add(() -> denyLists.read(file)));
        if (all.isEmpty()) {
            return 0;
        }
        for (Refresh refresh : all) {
            try {
                refresh.run();
            } catch (OperatorException e) {
                problems.addAll(e.problems());
            }
        }
        return judgeAnew(tunnels);
    }

    private static int judgeAnew(Tunnels tunnels) {
        CompletionStage<Integer> ended = tunnels.judgeAnew();
        try {
            return ended.toCompletableFuture().get(JUDGE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("not all open connections could be judged yet by the new rules; they will be");
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
