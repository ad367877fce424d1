package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * The side of a tunnel that accepts connections.
 *
 * @param tls null for plaintext
 */
public record AcceptLeg(Address listen, @Nullable AcceptTls tls) {}
