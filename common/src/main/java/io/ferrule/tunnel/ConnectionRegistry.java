package io.ferrule.tunnel;

import io.ferrule.connection.ConnectionFacts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The connections of a tunnel that are open now. Event loops write, any thread reads. */
final class ConnectionRegistry {
    private final Map<Long, TunnelConnection> open = new ConcurrentHashMap<>();
    private final Queue<Runnable> whenEmpty = new ConcurrentLinkedQueue<>();

    void add(TunnelConnection connection) {
        open.put(connection.facts().id(), connection);
    }

    void remove(TunnelConnection connection) {
        open.remove(connection.facts().id());
        tellIfEmpty();
    }

    /** Runs {@code action} once, as soon as none is open: now, or on the event loop of the last one. */
    void whenEmpty(Runnable action) {
        whenEmpty.add(action);
        tellIfEmpty();
    }

    private void tellIfEmpty() {
        while (open.isEmpty()) {
            Runnable action = whenEmpty.poll();
            if (action == null) {
                return;
            }
            action.run();
        }
    }

    /** A snapshot. */
    List<TunnelConnection> connections() {
        return List.copyOf(open.values());
    }

    /** A snapshot of what is known of them, in no order. */
    Collection<ConnectionFacts> facts() {
        return open.values().stream().map(TunnelConnection::facts).toList();
    }
}
