package io.ferrule.tls;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The keys that seal a server's session tickets (RFC 5077 §4): made by this process and changed so often that no ticket is
 * accepted for longer than a session may live, or given, for replicas that continue each other's sessions. They outlive the
 * contexts that use them, so that a reload ends no session. Any thread.
 */
public final class TicketKeys {
    /** Name, HMAC key and AES key of 16 bytes each, as netty-tcnative has them. */
    public static final int KEY_BYTES = 48;

    private final SecureRandom random;
    private final LongSupplier nanoTime;
    private final long halfLifetimeNanos;

    private List<byte[]> keys = List.of(); // guarded by this, as is all below
    private boolean given;
    private long madeNanos;
    private long version;

    private TicketKeys(Duration lifetime, SecureRandom random, LongSupplier nanoTime) {
        this.halfLifetimeNanos = Math.max(1, lifetime.dividedBy(2).toNanos());
        this.random = random;
        this.nanoTime = nanoTime;
    }

    /**
     * Keys of this process alone. The newest seals tickets for half the lifetime and opens them for the other half.
     *
     * @param nanoTime as {@link System#nanoTime}
     */
    public static TicketKeys ofThisProcess(Duration lifetime, SecureRandom random, LongSupplier nanoTime) {
        TicketKeys made = new TicketKeys(lifetime, random, nanoTime);
        made.makeFirst();
        return made;
    }

    /** As {@link #ofThisProcess(Duration, SecureRandom, LongSupplier)} with the system's own. */
    public static TicketKeys ofThisProcess(Duration lifetime) {
        return ofThisProcess(lifetime, new SecureRandom(), System::nanoTime);
    }

    private synchronized void makeFirst() {
        keys = List.of(fresh());
        given = false;
        madeNanos = nanoTime.getAsLong();
        version++;
    }

    /**
     * From now on the first of these seals and all of them open; they are never changed by themselves.
     *
     * @param shared each of {@link #KEY_BYTES}; empty goes back to keys of this process
     */
    public synchronized void replace(List<byte[]> shared) {
        if (shared.isEmpty()) {
            if (given) {
                makeFirst();
            }
            return;
        }
        List<byte[]> copies = new ArrayList<>();
        for (byte[] key : shared) {
            if (key.length != KEY_BYTES) {
                throw new IllegalArgumentException("a ticket key has " + KEY_BYTES + " bytes, not " + key.length);
            }
            copies.add(key.clone());
        }
        keys = List.copyOf(copies);
        given = true;
        version++;
    }

    /** Keys with the number of their change. */
    record Current(long version, List<byte[]> keys) {}

    /** The keys of this moment, the one that seals first; with the clock's help they change by themselves. */
    synchronized Current current() {
        if (!given) {
            long age = nanoTime.getAsLong() - madeNanos;
            if (age >= 2 * halfLifetimeNanos) {
                makeFirst(); // the one there is has served its time whole
            } else if (age >= halfLifetimeNanos) {
                keys = List.of(fresh(), keys.get(0));
                madeNanos += halfLifetimeNanos; // not now: the older one ends when it should, however late this is
                version++;
            }
        }
        return new Current(version, keys);
    }

    private byte[] fresh() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
