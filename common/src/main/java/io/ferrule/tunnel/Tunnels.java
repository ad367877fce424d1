package io.ferrule.tunnel;

import io.ferrule.config.OperatorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tunnels of a process, which can be changed as one while they run. A tunnel is known by its name: one that keeps it keeps its
 * connections, its counts and, where the address is the same, its listener. Any thread may call it.
 */
public final class Tunnels {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnels.class);

    private final TunnelEnvironment environment;
    private final Consumer<Tunnel> ended;
    private final Listeners listeners;
    private final List<Tunnel> ending = new CopyOnWriteArrayList<>();
    private volatile List<Tunnel> running = List.of();
    private boolean stopped;

    /**
     * None yet.
     *
     * @param ended hears of each tunnel that was removed, when its last connection has ended
     */
    public Tunnels(TunnelEnvironment environment, Consumer<Tunnel> ended) {
        this(environment, ended, ListenObserver.NONE);
    }

    /**
     * None yet.
     *
     * @param places hears where they listen
     */
    public Tunnels(TunnelEnvironment environment, Consumer<Tunnel> ended, ListenObserver places) {
        this.environment = environment;
        this.ended = ended;
        this.listeners = new Listeners(environment, places);
    }

    /** Those that take connections, in the order of the config; a snapshot. */
    public List<Tunnel> running() {
        return running;
    }

    /** Those, and those that were removed and have connections left; a snapshot. */
    public List<Tunnel> withConnections() {
        List<Tunnel> all = new ArrayList<>(running);
        all.addAll(ending);
        return List.copyOf(all);
    }

    /**
     * Builds everything that these tunnels need, and binds what is not bound yet. Nothing changes for anybody before
     * {@link TunnelsChange#commit}. Blocks, and resolves names: do not call it on an event loop; one change at a time.
     *
     * @throws OperatorException with every problem found; then nothing that was opened is left
     */
    public TunnelsChange prepare(List<TunnelMaterial> material) throws OperatorException {
        TunnelsChange change = new TunnelsChange(this);
        change.prepare(material, environment, listeners);
        return change;
    }

    /** The tunnel of this name that runs now. */
    Optional<Tunnel> find(String name) {
        return running.stream()
                .filter(tunnel -> tunnel.config().name().equals(name))
                .findFirst();
    }

    /**
     * Makes a change, whole; false if the tunnels have been stopped meanwhile.
     *
     * @param drain how long the connections of removed tunnels may take to finish
     */
    synchronized boolean take(List<Tunnel> next, Runnable change, Duration drain) {
        if (stopped) {
            return false;
        }
        List<Tunnel> removed =
                running.stream().filter(tunnel -> !next.contains(tunnel)).toList();
        change.run();
        running = List.copyOf(next);
        for (Tunnel tunnel : removed) {
            ending.add(tunnel);
            tunnel.drain(drain).whenComplete((cut, defect) -> {
                ending.remove(tunnel);
                tunnel.close();
                tellEnded(tunnel);
            });
        }
        return true;
    }

    private void tellEnded(Tunnel tunnel) {
        LOG.atDebug()
                .addKeyValue("tunnel", tunnel.config().name())
                .log("the last connection of a removed tunnel has ended");
        ended.accept(tunnel);
    }

    /**
     * Judges the peers of all open connections by the rules of now, and ends those that are no longer trusted. To be called when
     * something has changed that rules look into, such as who is invited; a committed change is followed by it.
     *
     * @return how many have been ended, once all are judged
     */
    public CompletionStage<Integer> judgeAnew() {
        return sum(withConnections().stream().map(Tunnel::judgeAnew).toList());
    }

    /** Stops listening, for good; connections that are open go on. */
    public synchronized void stopAccepting() {
        stopped = true;
        listeners.close();
    }

    /**
     * Stops listening and lets the open connections finish; what is left at the limit is cut.
     *
     * @return how many were cut, once the last connection has ended
     */
    public CompletionStage<Integer> drain(Duration limit) {
        stopAccepting();
        return sum(withConnections().stream().map(tunnel -> tunnel.drain(limit)).toList());
    }

    /** Cuts what is left, and frees the tunnels' TLS once their last connections have ended. */
    public void close() {
        drain(Duration.ZERO);
        List<Tunnel> last;
        synchronized (this) {
            last = running;
            running = List.of();
        }
        last.forEach(Tunnel::close);
    }

    private static CompletionStage<Integer> sum(List<CompletionStage<Integer>> counts) {
        List<CompletableFuture<Integer>> all =
                counts.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        done -> all.stream().mapToInt(CompletableFuture::join).sum());
    }
}
