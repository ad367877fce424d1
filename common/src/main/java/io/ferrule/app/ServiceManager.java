package io.ferrule.app;

import io.ferrule.config.DurationText;
import io.ferrule.net.NotifySocket;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that started this process, such as systemd, is told how it is (sd_notify(3)). If there is none, nothing
 * happens; if it cannot be told, that is logged once and the tunnels go on.
 */
final class ServiceManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    /** How often the status is looked at; it is sent if it has changed. */
    private static final Duration STATUS_EVERY = Duration.ofSeconds(5);

    /** What the end of the process takes after a drain, and more. */
    private static final Duration TO_CLOSE = Duration.ofSeconds(10);

    private final @Nullable NotifySocket socket;
    private final Duration watchdog;
    private volatile String status = "";
    private volatile String failure = "";
    private volatile @Nullable Application running;

    private ServiceManager(@Nullable NotifySocket socket, Duration watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * The manager that the environment names by {@code NOTIFY_SOCKET}.
     *
     * @param pid this process; a watchdog is often meant for another one that has passed the variables on
     */
    static ServiceManager of(Map<String, String> environment, long pid) {
        String address = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (address.isEmpty()) {
            return new ServiceManager(null, Duration.ZERO);
        }
        AtomicBoolean told = new AtomicBoolean();
        try {
            NotifySocket socket = NotifySocket.connect(address, cause -> {
                if (told.compareAndSet(false, true)) {
                    cannotBeTold(address, cause);
                }
            });
            return new ServiceManager(socket, watchdog(environment, pid));
        } catch (IOException e) {
            cannotBeTold(address, e);
            return new ServiceManager(null, Duration.ZERO);
        }
    }

    /** Everything listens, and signals are heard: {@code READY=1}, and from now on the watchdog's signs of life. */
    void ready(Application application) {
        if (socket == null) {
            return;
        }
        running = application;
        status = status(application);
        socket.send("READY=1\nSTATUS=" + status);
        long every = STATUS_EVERY.toMillis();
        var unused = socket.clock().scheduleWithFixedDelay(this::refresh, every, every, TimeUnit.MILLISECONDS);
        if (!watchdog.isZero()) {
            Heartbeat heartbeat = new Heartbeat(application.loops(), () -> socket.send("WATCHDOG=1"));
            long half = watchdog.dividedBy(2).toNanos(); // what sd_watchdog_enabled(3) recommends
            var unusedToo = socket.clock().scheduleAtFixedRate(heartbeat::beat, half, half, TimeUnit.NANOSECONDS);
        }
    }

    /** A reload begins, as Type=notify-reload wants to hear it. */
    void reloading() {
        if (socket != null && running != null) {
            // CLOCK_MONOTONIC, which is what nanoTime reads on Linux (os_linux.cpp, os::javaTimeNanos).
            socket.send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
        }
    }

    /**
     * It is over. There is no word for one that failed: the process is ready all the same, and its status says it.
     *
     * @param why it failed; empty if it did not
     */
    void reloaded(String why) {
        failure = why;
        Application application = running;
        if (socket != null && application != null) {
            status = status(application);
            socket.send("READY=1\nSTATUS=" + status);
        }
    }

    private String status(Application application) {
        return StatusLine.running(failure, application);
    }

    /** No connection is accepted any more; the manager shall wait for the open ones even if it was told of a shorter time. */
    void stopping(Duration limit) {
        Application application = running;
        if (socket == null || application == null) {
            return;
        }
        running = null;
        socket.send("STOPPING=1\nSTATUS=" + StatusLine.draining(application) + ", for at most " + DurationText.of(limit)
                + "\nEXTEND_TIMEOUT_USEC="
                + TimeUnit.NANOSECONDS.toMicros(limit.plus(TO_CLOSE).toNanos()));
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }

    private void refresh() {
        Application application = running;
        if (socket != null && application != null) {
            String now = status(application);
            if (!now.equals(status)) {
                status = now;
                socket.send("STATUS=" + now);
            }
        }
    }

    private static Duration watchdog(Map<String, String> environment, long pid) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String whose = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        return micros.matches("\\d{1,15}") && whose.equals(Long.toString(pid))
                ? Duration.of(Long.parseLong(micros), ChronoUnit.MICROS)
                : Duration.ZERO;
    }

    private static void cannotBeTold(String address, Throwable cause) {
        LOG.atWarn()
                .addKeyValue("NOTIFY_SOCKET", address)
                .addKeyValue("detail", String.valueOf(cause.getMessage()))
                .log("the service manager cannot be told how this process is");
    }
}
