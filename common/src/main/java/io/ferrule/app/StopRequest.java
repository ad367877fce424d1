package io.ferrule.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operating system wants of the process. The first SIGTERM or SIGINT asks for a drain, the second for an end at
 * once. SIGHUP stops nothing: by old habit it is sent to daemons to make them read something again, and the JVM's own
 * answer, an end without a drain, would be the worst of surprises.
 */
final class StopRequest {
    private static final Logger LOG = LoggerFactory.getLogger(StopRequest.class);

    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final CompletableFuture<String> second = new CompletableFuture<>();

    /**
     * Listens from now on; a signal that arrives before anybody waits is not lost.
     *
     * @param reload is given what a SIGHUP does, to do it
     */
    static StopRequest listen(Consumer<Runnable> reload) {
        StopRequest request = new StopRequest();
        for (String name : new String[] {"TERM", "INT"}) {
            if (!Signals.on(name, () -> request.arrived("SIG" + name))) {
                LOG.atWarn().addKeyValue("signal", "SIG" + name).log("this JVM hides a signal: it will not drain");
            }
        }
        Runnable onHangup = () -> LOG.atInfo().log("SIGHUP ignored; SIGTERM stops the program");
        Signals.on("HUP", () -> reload.accept(onHangup));
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

    private void arrived(String signal) {
        if (!first.complete(signal)) {
            second.complete(signal);
        }
    }
}
