package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS on an accept leg.
 *
 * @param keys the certificates shown to clients; null until the one in the state directory has been found or made, and where none
 *     is needed because there are pre-shared keys
 * @param access who may connect
 * @param revocation what is asked about clients besides
 * @param publishPin the file that the certificate's pin is written to at each start; null for none
 * @param staple whether the status of the own certificates is fetched and stapled (RFC 6066 §8)
 * @param names services for the server names that clients ask for; mostly empty
 * @param matching which of them
 * @param refuseUnknownNames refuse clients that ask for none of {@code names}; else they are served as the tunnel itself says
 * @param preShared keys that clients may have instead of looking at certificates, of which {@code access} says nothing; null for
 *     none
 */
public record AcceptTls(
        @Nullable KeySources keys,
        Access access,
        TlsSettings settings,
        Revocation revocation,
        @Nullable Path publishPin,
        boolean staple,
        List<NamedService> names,
        NameMatching matching,
        boolean refuseUnknownNames,
        @Nullable PreSharedKeys preShared) {
    public AcceptTls {
        names = List.copyOf(names);
    }

    /** One with the most special of its names first, and without pre-shared keys. */
    public AcceptTls(
            @Nullable KeySources keys,
            Access access,
            TlsSettings settings,
            Revocation revocation,
            @Nullable Path publishPin,
            boolean staple,
            List<NamedService> names,
            boolean refuseUnknownNames) {
        this(
                keys,
                access,
                settings,
                revocation,
                publishPin,
                staple,
                names,
                NameMatching.MOST_SPECIAL,
                refuseUnknownNames,
                null);
    }

    /** One that serves every name alike, asks nobody about clients, and publishes and staples nothing. */
    public AcceptTls(@Nullable KeySources keys, Access access, TlsSettings settings) {
        this(keys, access, settings, Revocation.NONE, null, false, List.of(), false);
    }

    /** The same with certificates. */
    public AcceptTls withKeys(KeySources sources) {
        return new AcceptTls(
                sources,
                access,
                settings,
                revocation,
                publishPin,
                staple,
                names,
                matching,
                refuseUnknownNames,
                preShared);
    }

    /** The same with these services, of which the first listed is taken whose name fits. */
    public AcceptTls withListed(List<NamedService> services) {
        return new AcceptTls(
                keys,
                access,
                settings,
                revocation,
                publishPin,
                staple,
                services,
                NameMatching.FIRST_LISTED,
                refuseUnknownNames,
                preShared);
    }

    /** True if clients are known by pre-shared keys and in no other way, so that no certificate is shown to anybody. */
    public boolean isPreSharedOnly() {
        return preShared != null && keys == null;
    }
}
