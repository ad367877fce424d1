package io.ferrule.app;

import io.ferrule.stunnel.ProcessLines;
import io.ferrule.stunnel.StunnelTunnels;
import io.ferrule.tunnel.Tunnel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections that nobody has to come in for: those of programs that dial out ({@code exec} with {@code connect}), again and again
 * where {@code retry} says so, and the one of inetd mode.
 */
final class StunnelPrograms {
    private final Supplier<List<Tunnel>> tunnels;
    private final ProcessLines lines;
    private final Set<String> running = new HashSet<>(); // guarded by this
    private List<StunnelTunnels.Section> sections = List.of(); // guarded by this
    private boolean stopped; // guarded by this

    /**
     * None yet.
     *
     * @param tunnels those that run now
     */
    StunnelPrograms(Supplier<List<Tunnel>> tunnels, ProcessLines lines) {
        this.tunnels = tunnels;
        this.lines = lines;
    }

    /** Starts the programs of these sections, but for those that run; from now on it is they that are started again. */
    synchronized void start(List<StunnelTunnels.Section> now) {
        sections = List.copyOf(now);
        for (StunnelTunnels.Section section : now) {
            if (section.dialsOut() && running.add(section.tunnel().name())) {
                lines.startsProgram(section.service().name());
                call(section.tunnel().name());
            }
        }
    }

    /** Starts none any more. */
    synchronized void stop() {
        stopped = true;
    }

    /** Makes the only connection of inetd mode; done when nothing is left of it. It does not fail: what is wrong is logged. */
    CompletionStage<Void> once() {
        return call(tunnels.get().get(0));
    }

    private void call(String name) {
        Optional<Tunnel> tunnel = tunnels.get().stream()
                .filter(each -> each.config().name().equals(name))
                .findFirst();
        if (tunnel.isEmpty()) {
            ended(name);
        } else {
            call(tunnel.get()).thenRun(() -> ended(name));
        }
    }

    private CompletionStage<Void> call(Tunnel tunnel) {
        return tunnel.call().handle((done, failure) -> {
            if (failure != null) {
                Throwable why = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                String service = StunnelTunnels.section(tunnel.config().name());
                lines.errors(List.of("Service [" + service + "]: " + why.getMessage()));
            }
            return null;
        });
    }

    private synchronized void ended(String name) {
        Duration pause = pause(name);
        if (pause == null || stopped) {
            running.remove(name);
            return;
        }
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> again(name));
    }

    private synchronized void again(String name) {
        if (stopped) {
            running.remove(name);
        } else {
            call(name);
        }
    }

    /** Null if it is not to be started again, or is gone from the file. */
    private @Nullable Duration pause(String name) {
        return sections.stream()
                .filter(section -> section.dialsOut() && section.tunnel().name().equals(name))
                .findFirst()
                .map(section -> section.service().dialing().retry())
                .orElse(null);
    }
}
