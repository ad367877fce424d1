package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * The side of a tunnel that connects to the target.
 *
 * @param tls null for plaintext
 */
public record ConnectLeg(Address target, @Nullable ConnectTls tls) {}
