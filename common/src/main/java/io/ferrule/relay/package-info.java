/**
 * Bytes across, both ways: backpressure, half-close, honest ends, timers. It may use config and connection. It never looks
 * into the bytes.
 */
@NullMarked
package io.ferrule.relay;

import org.jspecify.annotations.NullMarked;
