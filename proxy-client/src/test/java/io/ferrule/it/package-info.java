/**
 * The two packaged programs, started as a person starts them, between real clients and a real Redis. It may use only what a
 * person has: flags, ports, files, signals, output.
 */
@NullMarked
package io.ferrule.it;

import org.jspecify.annotations.NullMarked;
