package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * TLS on a connect leg.
 *
 * @param trust what the server is known by
 * @param serverName the name sent as SNI, and checked where {@code trust} is an authority; null takes the target's host
 * @param keyFiles the certificate shown to the server if it asks for one; null shows none
 */
public record ConnectTls(
        ServerTrust trust, @Nullable String serverName, @Nullable KeyFiles keyFiles, TlsSettings settings) {}
