package io.ferrule.config;

/**
 * How many connections the memory of a process holds. What lies outside the heap is not in it: of that, a connection holds
 * little while it is silent, and what is held for slow readers is bounded by the JVM.
 *
 * @param heapBytes the most that the heap may become
 */
public record Capacity(long heapBytes) {
    /** No bound, for whoever reads a config for another machine than this. */
    public static final Capacity UNKNOWN = new Capacity(Long.MAX_VALUE);

    /** Without a connection 9 MiB live; the collector needs room, and a thousand handshakes at once do too. */
    private static final long BASE_BYTES = 24L << 20;

    /** Twice what was measured of a connection with certificates on both sides. */
    private static final long CONNECTION_BYTES = 8L << 10;

    /** So few fit into every heap that the program starts with. */
    private static final int LEAST = 64;

    /** What the JVM is told is more than what it counts as its heap: one of a collector's spaces is always empty. */
    private static final double TOLD = 1.05;

    /** How many connections may be open at once, 64 or more. */
    public int connections() {
        long room = (heapBytes - BASE_BYTES) / CONNECTION_BYTES;
        return (int) Math.max(LEAST, Math.min(room, Integer.MAX_VALUE));
    }

    /** The heap in MiB that a JVM is to be told of ({@code -Xmx}) for so many connections. */
    static long heapMebibytesFor(long connections) {
        return (long) Math.ceil((BASE_BYTES + connections * CONNECTION_BYTES) * TOLD / (1 << 20));
    }
}
