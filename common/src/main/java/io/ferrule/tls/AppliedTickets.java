package io.ferrule.tls;

/** Keeps a context's ticket keys as {@link TicketKeys} has them at the moment. Any thread. */
final class AppliedTickets {
    private final TicketKeys keys;
    private final NativeContext context;
    private long applied; // guarded by this

    AppliedTickets(TicketKeys keys, NativeContext context) {
        this.keys = keys;
        this.context = context;
        refresh();
    }

    /** To be called before each connection; costs little unless the keys have changed. */
    synchronized void refresh() {
        TicketKeys.Current current = keys.current();
        if (current.version() != applied) {
            context.ticketKeys(current.keys());
            applied = current.version();
        }
    }
}
