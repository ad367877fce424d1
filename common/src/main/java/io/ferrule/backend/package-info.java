/**
 * How a target is reached: TCP by name or address, a Unix socket, or a program that is started. It may use config and net. A new
 * kind of target is added here and nowhere else.
 */
@NullMarked
package io.ferrule.backend;

import org.jspecify.annotations.NullMarked;
