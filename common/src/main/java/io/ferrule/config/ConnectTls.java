package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * TLS on a connect leg.
 *
 * @param trust what the server is known by
 * @param revocation what is asked about its certificate besides
 * @param serverName the name sent as SNI, and checked where {@code trust} is an authority; null takes the target's host, and empty,
 *     which only stunnel's configuration says, sends none
 * @param keys the certificates of which one is shown to the server if it asks for one; null shows none
 */
public record ConnectTls(
        ServerTrust trust,
        Revocation revocation,
        @Nullable String serverName,
        @Nullable KeySources keys,
        TlsSettings settings) {
    /** One that asks nobody about the server. */
    public ConnectTls(ServerTrust trust, @Nullable String serverName, @Nullable KeySources keys, TlsSettings settings) {
        this(trust, Revocation.NONE, serverName, keys, settings);
    }
}
