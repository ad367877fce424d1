package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS on an accept leg.
 *
 * @param keys the certificates shown to clients; null until the one in the state directory has been found or made
 * @param access who may connect
 * @param revocation what is asked about clients besides
 * @param publishPin the file that the certificate's pin is written to at each start; null for none
 * @param staple whether the status of the own certificates is fetched and stapled (RFC 6066 §8)
 * @param names services for the server names that clients ask for; a more special one wins; mostly empty
 * @param refuseUnknownNames refuse clients that ask for none of {@code names}; else they are served as the tunnel itself says
 */
public record AcceptTls(
        @Nullable KeySources keys,
        Access access,
        TlsSettings settings,
        Revocation revocation,
        @Nullable Path publishPin,
        boolean staple,
        List<NamedService> names,
        boolean refuseUnknownNames) {
    public AcceptTls {
        names = List.copyOf(names);
    }

    /** One that serves every name alike, asks nobody about clients, and publishes and staples nothing. */
    public AcceptTls(@Nullable KeySources keys, Access access, TlsSettings settings) {
        this(keys, access, settings, Revocation.NONE, null, false, List.of(), false);
    }

    /** The same with certificates. */
    public AcceptTls withKeys(KeySources sources) {
        return new AcceptTls(sources, access, settings, revocation, publishPin, staple, names, refuseUnknownNames);
    }
}
