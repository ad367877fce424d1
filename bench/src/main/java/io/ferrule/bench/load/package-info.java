/**
 * The loads of the benchmark, as clients of whatever stands in front of a Redis: they run inside the orchestrator's JVM, so
 * that they stay warm, and decide what is negotiated, so that every contender does the same work. They use Netty and its
 * OpenSSL engine, not Ferrule's own code. They never forgive: a refused connection, a wrong answer or a wait without progress
 * makes the whole load fail, because a benchmark with errors is void.
 */
@NullMarked
package io.ferrule.bench.load;

import org.jspecify.annotations.NullMarked;
