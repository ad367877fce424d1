/**
 * The process: command line, logging, start and stop order, signals, exit codes. It may use everything. It is the only room
 * that prints or exits.
 */
@NullMarked
package io.ferrule.app;

import org.jspecify.annotations.NullMarked;
