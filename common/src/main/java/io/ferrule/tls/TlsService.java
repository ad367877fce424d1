package io.ferrule.tls;

import io.ferrule.connection.PeerCheck;
import io.ferrule.pki.KeyMaterial;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients that ask for one server name are shown and asked.
 *
 * @param name as it is matched; empty for the tunnel itself
 * @param own of which each client takes what suits it: one chain and key for each kind of key; at least one
 * @param clients what is asked of them; null if they are not asked for a certificate
 * @param authorities that are named to them when they are asked; empty names none
 */
public record TlsService(
        String name, List<KeyMaterial> own, @Nullable PeerCheck clients, List<X509Certificate> authorities) {
    public TlsService {
        authorities = List.copyOf(authorities);
        own = List.copyOf(own);
        if (own.isEmpty()) {
            throw new IllegalArgumentException(
                    (name.isEmpty() ? "" : "the server name " + name + ": ") + "it has no certificate");
        }
    }

    /** One that names no authorities. */
    public TlsService(String name, List<KeyMaterial> own, @Nullable PeerCheck clients) {
        this(name, own, clients, List.of());
    }
}
