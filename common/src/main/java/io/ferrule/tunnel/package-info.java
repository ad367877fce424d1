/**
 * The only room that knows all stages: the order in time of one connection, the order in space of its handlers, and the
 * tunnel that holds them. It may use every stage but observe.
 */
@NullMarked
package io.ferrule.tunnel;

import org.jspecify.annotations.NullMarked;
