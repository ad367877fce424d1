package io.ferrule.app;

import io.ferrule.connection.ConnectionObserver;
import io.ferrule.observe.AccessLog;
import io.ferrule.tunnel.ListenObserver;
import java.util.function.Supplier;

/**
 * In what processes differ by what they were started as.
 *
 * @param lines makes what tells people of each connection
 * @param places hears where the process listens
 * @param invites whether the state directory is looked at for who is invited; else it never is
 */
record Manner(Supplier<Lines> lines, ListenObserver places, boolean invites) {
    /** One of our own programs. */
    static final Manner OWN = new Manner(Manner::accessLog, ListenObserver.NONE, true);

    /**
     * What tells people of each connection.
     *
     * @param closing called once, when no connection is left
     */
    record Lines(ConnectionObserver observer, Runnable closing) {}

    private static Lines accessLog() {
        AccessLog log = new AccessLog(System::nanoTime);
        return new Lines(log, log::close);
    }
}
