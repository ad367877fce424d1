package io.ferrule.config;

/**
 * How much a tunnel takes on; whatever is beyond is refused and counted, never queued.
 *
 * @param connections open at once, 1 or more
 * @param handshakes TLS handshakes of the accept leg in progress at once, 1 or more
 * @param connectionsPerSource open at once from one source address; 0 is no limit
 * @param bufferBytes bytes held for one peer that reads too slowly before the other is no longer read, 4096 or more; a
 *     batch of reads may exceed it once
 */
public record Limits(int connections, int handshakes, int connectionsPerSource, int bufferBytes) {
    /** Enough for one machine's Redis; nothing a source address. */
    public static final Limits DEFAULT = new Limits(10_000, 1_000, 0, 131_072);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public Limits {
        if (connections < 1 || handshakes < 1 || connectionsPerSource < 0 || bufferBytes < 4096) {
            throw new IllegalArgumentException("limits must be positive, and buffers 4096 bytes or more");
        }
    }

    /** The same, but no more connections than so many. */
    Limits withAtMost(int most) {
        return new Limits(Math.min(connections, most), handshakes, connectionsPerSource, bufferBytes);
    }
}
