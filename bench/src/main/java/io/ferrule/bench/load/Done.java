package io.ferrule.bench.load;

/**
 * A load that has been done without any error.
 *
 * @param units connections or deliveries, as the load says
 * @param seconds wall clock from the first unit's start to the last one's end
 * @param resumed connections that continued an earlier TLS session
 */
public record Done(long units, double seconds, long resumed) {}
