/**
 * The tunnels that are compared: how each is configured and started, and what the kernel counts for its processes. Knows
 * nothing of loads and of rounds.
 */
@NullMarked
package io.ferrule.bench.contender;

import org.jspecify.annotations.NullMarked;
