package io.ferrule.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operating system wants of the process. The first SIGTERM or SIGINT asks for a drain, the second for an end at
 * once. SIGHUP stops nothing: it asks a daemon to read its configuration anew, and the JVM's own answer, an end without a drain,
 * would be the worst of surprises.
 */
final class StopRequest {
    private static final Logger LOG = LoggerFactory.getLogger(StopRequest.class);

    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final CompletableFuture<String> second = new CompletableFuture<>();
    private @Nullable Runnable hangup; // guarded by this
    private boolean hungUpEarly; // guarded by this

    /** Listens from now on; a signal that arrives before anybody waits is not lost. */
    static StopRequest listen() {
        StopRequest request = new StopRequest();
        for (String name : new String[] {"TERM", "INT"}) {
            if (!Signals.on(name, () -> request.arrived("SIG" + name))) {
                LOG.atWarn().addKeyValue("signal", "SIG" + name).log("this JVM hides a signal: it will not drain");
            }
        }
        Signals.on("HUP", request::hungUp);
        return request;
    }

    /** Waits for the first request; its signal. */
    String await() {
        return first.join();
    }

    /** Completes with the second request. */
    CompletionStage<String> again() {
        return second;
    }

    /** Runs {@code action} at each SIGHUP, on a thread of its own; at once if one has come already. */
    void onHangup(Runnable action) {
        boolean missed;
        synchronized (this) {
            hangup = action;
            missed = hungUpEarly;
            hungUpEarly = false;
        }
        if (missed) {
            action.run();
        }
    }

    private void hungUp() {
        Runnable action;
        synchronized (this) {
            action = hangup;
            hungUpEarly = action == null;
        }
        if (action != null) {
            action.run();
        }
    }

    private void arrived(String signal) {
        if (!first.complete(signal)) {
            second.complete(signal);
        }
    }
}
