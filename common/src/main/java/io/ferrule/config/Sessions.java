package io.ferrule.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How TLS sessions are continued.
 *
 * @param tickets whether sessions are continued by tickets (RFC 8446 §4.6.1, RFC 5077); without them they hardly ever are
 * @param ticketKeys accept leg: the file of keys that replicas share; null for keys of this process alone
 * @param kept sessions kept: by a client for its next connections, by a server for those of TLS 1.2 without tickets; 0 for none
 * @param lifetime the longest time in which a session may be continued
 * @param ticketSecrets accept leg: what the keys that replicas share are made from, in place of {@code ticketKeys}; null for none
 */
public record Sessions(
        boolean tickets,
        @Nullable Path ticketKeys,
        int kept,
        Duration lifetime,
        @Nullable TicketSecrets ticketSecrets) {
    /** By tickets, with keys of this process alone. */
    public static final Sessions DEFAULT = new Sessions(true, null, 32, Duration.ofHours(12));

    /** Without secrets. */
    public Sessions(boolean tickets, @Nullable Path ticketKeys, int kept, Duration lifetime) {
        this(tickets, ticketKeys, kept, lifetime, null);
    }

    public Sessions {
        if (kept < 0 || lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException(
                    "sessions kept cannot be negative, and their lifetime is longer than zero");
        }
    }
}
