/**
 * How a target is reached: TCP by name or address, or a Unix socket. It may use config and net. A new kind of target is
 * added here and nowhere else.
 */
@NullMarked
package io.ferrule.backend;

import org.jspecify.annotations.NullMarked;
