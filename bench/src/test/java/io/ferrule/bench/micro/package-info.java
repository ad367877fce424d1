/**
 * Microbenchmarks of what a byte and a connection pass through, in one thread and without sockets, so that a regression is seen
 * without peers. They use what the rooms of {@code common} show to each other, and the fixtures of its tests. They judge nothing:
 * two commits are compared on one machine.
 */
@NullMarked
package io.ferrule.bench.micro;

import org.jspecify.annotations.NullMarked;
