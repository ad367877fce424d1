package io.ferrule.config;

import org.jspecify.annotations.Nullable;

/**
 * TLS on an accept leg.
 *
 * @param keyFiles the certificate shown to clients; null until the one in the state directory has been found or made
 * @param access who may connect
 */
public record AcceptTls(@Nullable KeyFiles keyFiles, Access access, TlsSettings settings) {
    /** The same with a certificate. */
    public AcceptTls withKeyFiles(KeyFiles files) {
        return new AcceptTls(files, access, settings);
    }
}
