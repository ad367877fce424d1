package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * What clients find behind one server name of a listener (SNI, RFC 6066 §3). What a name does not say for itself is as its tunnel
 * has it.
 *
 * @param name in lower case, exact, or with {@code *} as its whole first label
 * @param keys the certificates shown
 * @param access who may connect
 * @param revocation what is asked about clients
 * @param target where its connections go
 */
public record NamedService(
        String name, @Nullable KeySources keys, Access access, Revocation revocation, Address target) {}
