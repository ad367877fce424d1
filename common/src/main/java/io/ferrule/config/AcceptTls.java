package io.ferrule.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS on an accept leg.
 *
 * @param keyFiles the certificate shown to clients; null until the one in the state directory has been found or made
 * @param access who may connect
 * @param publishPin the file that the certificate's pin is written to at each start; null for none
 */
public record AcceptTls(@Nullable KeyFiles keyFiles, Access access, TlsSettings settings, @Nullable Path publishPin) {
    /** One that publishes no pin. */
    public AcceptTls(@Nullable KeyFiles keyFiles, Access access, TlsSettings settings) {
        this(keyFiles, access, settings, null);
    }

    /** The same with a certificate. */
    public AcceptTls withKeyFiles(KeyFiles files) {
        return new AcceptTls(files, access, settings, publishPin);
    }
}
