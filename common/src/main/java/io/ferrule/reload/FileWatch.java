package io.ferrule.reload;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when files have changed. The kernel's events in all directories on the way to them are only a hint to look again; where
 * there are none, as on some network file systems, it looks every few seconds by itself. One thread; any other may call it.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    private final Timing timing;
    private final Runnable changed;
    private final @Nullable WatchService events;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<Path, WatchKey> watched = new HashMap<>(); // its own thread only
    private FileLook last = FileLook.at(Set.of()); // guarded by this

    /**
     * How patient it is.
     *
     * @param quiet without an event before it looks, since files often change in several steps
     * @param longest it waits for that quiet
     * @param poll between looks without any event
     */
    public record Timing(Duration quiet, Duration longest, Duration poll) {
        public static final Timing DEFAULT =
                new Timing(Duration.ofMillis(250), Duration.ofSeconds(2), Duration.ofSeconds(10));
    }

    private FileWatch(Timing timing, Runnable changed, @Nullable WatchService events) {
        this.timing = timing;
        this.changed = changed;
        this.events = events;
        this.thread = new Thread(this::run, "ferrule-watch");
        this.thread.setDaemon(true);
    }

    /**
     * Watches nothing yet.
     *
     * @param changed is run, on the watch's thread, each time that files are not as they were
     */
    public static FileWatch start(Timing timing, Runnable changed) {
        WatchService events = null;
        try {
            events = FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException e) { // fs.inotify.max_user_instances is a low number
            LOG.atWarn()
                    .addKeyValue("detail", e.getMessage())
                    .addKeyValue("every", timing.poll().toSeconds() + "s")
                    .log("the system tells of no changed files; they are looked at from time to time");
        }
        FileWatch watch = new FileWatch(timing, changed, events);
        watch.thread.start();
        return watch;
    }

    /** Watches these files and no others from now on; they have changed when they are no longer as in this look. */
    public synchronized void watch(FileLook look) {
        last = look;
        thread.interrupt(); // to look at once, and to watch their directories
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                waitForSomething();
                look();
            }
        } catch (ClosedWatchServiceException e) {
            LOG.atDebug().log("files are no longer watched");
        }
    }

    /** Until the next look is due. */
    private void waitForSomething() {
        try {
            if (events == null) {
                var unused = closed.await(timing.poll().toNanos(), TimeUnit.NANOSECONDS);
                return;
            }
            WatchKey key = events.poll(timing.poll().toNanos(), TimeUnit.NANOSECONDS);
            long latest = System.nanoTime() + timing.longest().toNanos();
            while (key != null) {
                consume(key);
                long wait = Math.min(timing.quiet().toNanos(), latest - System.nanoTime());
                key = wait > 0 ? events.poll(wait, TimeUnit.NANOSECONDS) : null;
            }
        } catch (InterruptedException e) {
            LOG.atTrace().log("other files to watch");
        }
    }

    private void consume(WatchKey key) {
        key.pollEvents();
        if (!key.reset()) { // the directory is gone; the next look finds the one in its place
            watched.values().remove(key);
        }
    }

    private void look() {
        FileLook before;
        synchronized (this) {
            before = last;
        }
        watchDirectories(before);
        FileLook now = before.again(); // after the directories are watched, so that nothing falls in between
        watchDirectories(now);
        synchronized (this) {
            if (!last.equals(before) || now.equals(before)) { // other files are watched by now, or none has changed
                return;
            }
            last = now;
        }
        LOG.atDebug().log("watched files have changed");
        changed.run();
    }

    private void watchDirectories(FileLook look) {
        if (events == null) {
            return;
        }
        watched.entrySet().removeIf(entry -> {
            boolean unneeded = !look.directories().contains(entry.getKey());
            if (unneeded) {
                entry.getValue().cancel();
            }
            return unneeded;
        });
        for (Path directory : look.directories()) {
            try {
                // Registered again each time, which costs little: the name may stand for another directory by now.
                WatchKey key = directory.register(
                        events,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_DELETE,
                        StandardWatchEventKinds.ENTRY_MODIFY);
                WatchKey old = watched.put(directory, key);
                if (old != null && old != key) {
                    old.cancel();
                }
            } catch (IOException | SecurityException e) {
                LOG.atDebug()
                        .addKeyValue("directory", directory)
                        .addKeyValue("detail", e.toString())
                        .log("changes in a directory are not told; it is looked at from time to time");
            }
        }
    }

    /** Watches no more, and waits for its thread, which may be running {@code changed}, a moment at most. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (events != null) {
                events.close();
            }
            if (Thread.currentThread() != thread) {
                thread.join(1_000);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the watch did not close");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
