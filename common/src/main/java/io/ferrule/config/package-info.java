/**
 * What a Ferrule process is told to do: immutable records, addresses, pins, and the reading of flags, environment and YAML
 * into them. It imports nothing of ours and knows no network. It never opens a socket, a key or a certificate.
 */
@NullMarked
package io.ferrule.config;

import org.jspecify.annotations.NullMarked;
