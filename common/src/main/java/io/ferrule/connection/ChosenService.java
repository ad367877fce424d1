package io.ferrule.connection;

import org.jspecify.annotations.Nullable;

/**
 * The service that a client is given, which is known before its handshake is over.
 *
 * @param serverName the name that it asked for (SNI); null without
 * @param service the service's name; empty for the tunnel's own
 */
public record ChosenService(@Nullable String serverName, String service) {}
