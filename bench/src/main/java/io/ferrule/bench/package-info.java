/**
 * The comparison with other tunnels: starts the contenders, puts the same load on each in turns, reads what CPU the kernel
 * counted for them, and writes the report. May use {@code load} and anything of Ferrule's common module. Never measures
 * itself, and never ships.
 */
@NullMarked
package io.ferrule.bench;

import org.jspecify.annotations.NullMarked;
